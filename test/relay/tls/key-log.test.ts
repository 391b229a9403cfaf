import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeviceCertificates, type DeviceCertificate } from "../../../src/relay/tls/certificates.js";
import { createDeviceContext, terminateTls } from "../../../src/relay/tls/device-tls.js";
import { createKeyLog } from "../../../src/relay/tls/key-log.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { silentLogger } from "../../../src/runtime/log.js";
import { portOf } from "../../support/chaos-socket.js";
import { recordLog } from "../../support/log-recorder.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-keys-"));
let certificate: DeviceCertificate;

beforeAll(async () => {
  certificate = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A handshake of TLS 1.2, whose ends are watched. */
async function handshake(watch: (client: TLSSocket) => void, watchServer = ignore): Promise<void> {
  const context = createDeviceContext(certificate, "TLSv1.2");
  const served: Promise<TLSSocket>[] = [];
  const server = createServer((tcp) => {
    served.push(
      terminateTls({ tcp, head: Buffer.alloc(0), context, limitMs: 10_000, watchTls: watchServer }, systemClock),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const target = { host: "127.0.0.1", port: portOf(server), rejectUnauthorized: false };
  const client = connect({ ...target, maxVersion: "TLSv1.2" });
  watch(client);
  await once(client, "secureConnect");
  for (const socket of await Promise.all(served)) socket.destroy();
  client.destroy();
  server.close();
}

function ignore(_socket: TLSSocket): void {}

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

  it("says the same of a connection at either end", async () => {
    const path = (side: string): string => join(folder, `${side}.log`);
    const [client, server] = ["client", "server"].map((side) => createKeyLog(path(side), silentLogger()));
    await handshake(
      (socket) => client?.watch(socket),
      (socket) => server?.watch(socket),
    );
    await Promise.all([client?.stop(), server?.stop()]);
    expect(readFileSync(path("server"), "utf8")).toBe(readFileSync(path("client"), "utf8"));
  });

  it("closes to others a file that was there before", async () => {
    const path = join(folder, "older.log");
    writeFileSync(path, "# older\n", { mode: 0o644 });
    const keyLog = createKeyLog(path, silentLogger());
    await handshake((socket) => keyLog.watch(socket));
    await keyLog.stop();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).toMatch(/^# older\nCLIENT_RANDOM /);
  });

  it("says once that it cannot write, and hurts no connection", async () => {
    const logs = recordLog();
    const keyLog = createKeyLog(join(folder, "no-such-folder", "keys.log"), logs.log);
    for (let count = 0; count < 2; count += 1) await handshake((socket) => keyLog.watch(socket));
    await keyLog.stop();
    expect(logs.of("TLS secrets are not kept", "error")).toHaveLength(1);
  });
});
