import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import { createCaptureCommands } from "../../src/composition/capture-commands.js";
import type { DeviceId } from "../../src/model/device.js";
import type { Part } from "../../src/runtime/lifecycle.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeCaptures } from "../support/fake-captures.js";

export const knownDevice = "solarman_2712345678" as DeviceId;

export interface CaptureSetup {
  readonly folder: string;
  /** The folder of captures. */
  readonly directory: string;
  /** The configuration file, with the relay `roof`. */
  readonly config: string;
  readonly control: FakeCaptures;
  /** The local socket of the program. */
  readonly server: Part;
}

/** A data directory of its own; unless `isRunning` is false with a program in it. */
export async function setUpCaptures(settings = "", isRunning = true): Promise<CaptureSetup> {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-capture-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, "cloudtap.yaml");
  const directory = join(folder, "captures");
  mkdirSync(directory);
  const relay = "relays: [{ name: roof, protocol: blueprint, upstream: 'cloud.example.com:1' }]";
  writeFileSync(config, `data_dir: ${folder}\n${relay}\n${settings}\n`);
  const control = new FakeCaptures(directory);
  const commands = createCaptureCommands({ control, relays: ["roof"], devices: () => [knownDevice] });
  const server = createAdminServer(adminSocketPath(folder), commands, silentLogger());
  if (isRunning) await server.start();
  onTestFinished(() => server.stop());
  return { folder, directory, config, control, server };
}
