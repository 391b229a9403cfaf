import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createDeviceCertificates } from "../../src/relay/tls/certificates.js";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";
import { runCommand } from "./test-context.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-cloud-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function startCloud(...options: readonly string[]) {
  const run = runCommand(["simulate-cloud", "blueprint", "--listen", "127.0.0.1:0", ...options]);
  const [, target = ""] = await run.waitFor(/listens on (\S+)/);
  return { run, target };
}

describe("cloudtap simulate-cloud", () => {
  it("E01: answers simulated devices, several at a time", async () => {
    const { run, target } = await startCloud();
    const devices = runCommand(["simulate", "blueprint", "--target", target, "--devices", "2", "--once"]);
    expect(await devices.exitCode).toBe(0);
    expect(devices.out().match(/device \d: received 11 bytes/g)).toHaveLength(2);
    expect(run.out()).toMatch(/session 2: sent 11 bytes/);
    run.interrupt();
    expect(await run.exitCode).toBe(0);
  });

  it("speaks TLS with a certificate that it is given", async () => {
    const { cert, key } = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
    writeFileSync(join(folder, "c.pem"), cert);
    writeFileSync(join(folder, "k.pem"), key);
    const { run, target } = await startCloud("--cert", join(folder, "c.pem"), "--key", join(folder, "k.pem"));
    expect(run.out()).toContain("with TLS");
    const device = runCommand(["simulate", "blueprint", "--target", target, "--tls", "--once"]);
    expect(await device.exitCode).toBe(0);
    expect(device.out()).toContain("received 11 bytes");
    run.interrupt();
    expect(await run.exitCode).toBe(0);
  });

  it("lets go of open sessions when it is interrupted", async () => {
    const { run, target } = await startCloud();
    const device = runCommand(["simulate", "blueprint", "--target", target]);
    await device.waitFor(/received 11 bytes/);
    run.interrupt();
    expect(await run.exitCode).toBe(0);
    await device.waitFor(/device 1: disconnected/);
    device.interrupt();
    expect(await device.exitCode).toBe(0);
  });

  it("exits with 1 when its port is taken", async () => {
    const { run, target } = await startCloud();
    const second = runCommand(["simulate-cloud", "blueprint", "--listen", target]);
    expect(await second.exitCode).toBe(1);
    expect(second.err()).toContain("LISTEN_FAILED");
    run.interrupt();
    await run.exitCode;
  });
});
