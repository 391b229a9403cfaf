import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeviceCertificates, type DeviceCertificate } from "../../src/relay/certificates.js";
import { createKeyLog } from "../../src/relay/key-log.js";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";
import { portOf } from "../support/chaos-socket.js";
import { recordLog } from "../support/log-recorder.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-keys-"));
let certificate: DeviceCertificate;

beforeAll(async () => {
  certificate = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A handshake whose client end is watched. */
async function handshake(watch: (socket: TLSSocket) => void): Promise<void> {
  const server = createServer({ ...certificate, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect({ host: "127.0.0.1", port: portOf(server), rejectUnauthorized: false });
  watch(client);
  await once(client, "secureConnect");
  client.destroy();
  server.close();
}

describe("the key log", () => {
  it("adds a line a connection to a file that others cannot read", async () => {
    const path = join(folder, "keys.log");
    const logs = recordLog();
    const keyLog = createKeyLog(path, logs.log);
    for (let count = 0; count < 2; count += 1) await handshake((socket) => keyLog.watch(socket));
    await keyLog.stop();
    expect(readFileSync(path, "utf8")).toMatch(/^(CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}\n){2}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(logs.of("TLS secrets are kept: who has this file can read the traffic", "warn")).toHaveLength(1);
  });

  it("says once that it cannot write, and hurts no connection", async () => {
    const logs = recordLog();
    const keyLog = createKeyLog(join(folder, "no-such-folder", "keys.log"), logs.log);
    for (let count = 0; count < 2; count += 1) await handshake((socket) => keyLog.watch(socket));
    await keyLog.stop();
    expect(logs.of("TLS secrets are not kept", "error")).toHaveLength(1);
  });
});
