import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AdminCommand, createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import type { JsonObject } from "../../src/model/value.js";
import { silentLogger } from "../../src/runtime/log.js";
import { runCommand } from "./test-context.js";

const record = {
  ...{ relay: "roof", address: "192.168.1.50", target: "cloud.example.com" },
  ...{ since: "2026-06-21T10:00:00.000Z", reason: "alert unknown ca" },
};

/** A data directory of its own, with a running program in it that knows `forget`, if given. */
async function setUp(forget?: AdminCommand): Promise<{ readonly config: string; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-forget-"));
  const config = join(folder, "cloudtap.yaml");
  const relay = "relays: [{ name: roof, protocol: blueprint, upstream: 'cloud.example.com:1' }]";
  writeFileSync(config, `data_dir: ${folder}\n${relay}\n`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (forget === undefined) return { config, folder };
  const server = createAdminServer(adminSocketPath(folder), new Map([["forget", forget]]), silentLogger());
  await server.start();
  onTestFinished(() => server.stop());
  return { config, folder };
}

describe("cloudtap forget", () => {
  it("asks the running program and says what was forgotten", async () => {
    const asked: JsonObject[] = [];
    const { config } = await setUp(async (args) => {
      asked.push(args);
      return [record, { ...record, target: "" }];
    });
    const run = runCommand(["forget", "192.168.1.50", "--relay", "roof", "--config", config]);
    expect(await run.exitCode).toBe(0);
    expect(asked).toEqual([{ what: "192.168.1.50", relay: "roof" }]);
    expect(run.out().split("\n")).toEqual([
      "192.168.1.50 to cloud.example.com (relay roof): passed through unread since 2026-06-21T10:00:00.000Z: alert unknown ca",
      "192.168.1.50 (relay roof): passed through unread since 2026-06-21T10:00:00.000Z: alert unknown ca",
      "What they send is read again from their next connections on.",
      "",
    ]);
    expect(run.err()).toBe("");
  });

  it("ends with 1 when nothing matched", async () => {
    const { config } = await setUp(async () => []);
    const run = runCommand(["forget", "solarman_1", "--config", config]);
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("no device solarman_1 is remembered to have refused a certificate");
    const all = runCommand(["forget", "all", "--relay", "roof", "--config", config]);
    expect(await all.exitCode).toBe(1);
    expect(all.err()).toContain("no device is remembered on the relay roof to have");
  });

  it("ends with 1 when no program runs there, and says where it looked", async () => {
    const { config, folder } = await setUp();
    const run = runCommand(["forget", "all", "--config", config]);
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain(`nobody listens on ${join(folder, "cloudtap.sock")}`);
    expect(run.err()).toContain("[NOT_RUNNING]");
  });

  it("ends with 2 on a relay that is not configured, and without a device", async () => {
    const { config } = await setUp();
    const run = runCommand(["forget", "all", "--relay", "rof", "--config", config]);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain("there is no relay rof; did you mean roof?");
    expect(await runCommand(["forget", "--config", config]).exitCode).toBe(2);
  });
});
