import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, createServer as createTlsServer, connect as tlsConnect } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Deliver } from "../../src/model/ports.js";
import { createDeviceCertificates, type DeviceCertificate } from "../../src/relay/tls/certificates.js";
import { systemClock } from "../../src/runtime/clock.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { silentLogger } from "../../src/runtime/log.js";
import { encodeAnswer, encodePulses, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { ChaosServer, ChaosSocket, defer } from "../support/chaos-socket.js";
import { type RelaySetup, type SetupOptions, setUpRelay } from "../support/relay-setup.js";

let certificate: DeviceCertificate;
const folder = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
const started: RelaySetup[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  certificate = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const setup of started.splice(0)) await setup.stop();
});

const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });
const answer = encodeAnswer(7, 1, 1);

async function setUp(options: SetupOptions = {}): Promise<RelaySetup> {
  const ports = { certificate: () => Promise.resolve(certificate), ...options.ports };
  const setup = await setUpRelay({ ...options, ports });
  started.push(setup);
  return setup;
}

function tlsCloud(): Promise<ChaosServer> {
  const server = createTlsServer({ ...certificate, allowHalfOpen: true });
  return new ChaosServer(server, "secureConnection").open();
}

/** A device that speaks TLS and, by default, checks nothing. */
async function tlsDevice(setup: RelaySetup, options: ConnectionOptions = {}): Promise<ChaosSocket> {
  const { socket: tcp } = await setup.device();
  const socket = tlsConnect({ socket: tcp, rejectUnauthorized: false, ...options });
  sockets.push(socket, tcp);
  const device = new ChaosSocket(socket);
  await Promise.race([new Promise((resolve) => socket.once("secureConnect", resolve)), device.closed]);
  return device;
}

/** A device that checks certificates and knows no authority; resolves when it has given up. */
function pickyDevice(setup: RelaySetup): Promise<void> {
  const target = ["-connect", `127.0.0.1:${setup.relay.port()}`, "-quiet", "-verify_return_error", "-no-CAfile"];
  const client = spawn("openssl", ["s_client", ...target], { stdio: "ignore" });
  return new Promise((resolve) => client.once("close", () => resolve()));
}

describe("a session whose device speaks TLS", () => {
  it("E16, E18: is opened, decoded, and encrypted again for the cloud", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { upstreamTls: "insecure" } });
    const device = await tlsDevice(setup);
    await device.send(report);
    const leg = await cloud.connection(0);
    expect(await leg.waitFor(report.length)).toEqual(report);
    await leg.send(answer);
    expect(await device.waitFor(answer.length)).toEqual(answer);
    expect(await setup.message("frame", (frame) => frame.role === "report")).toBeDefined();
  });

  it("E16: works with openssl as a TLS 1.0 client, and with a plain cloud", async () => {
    const setup = await setUp({ options: { tlsMin: "TLSv1", upstreamTls: "plain" } });
    const target = ["-connect", `127.0.0.1:${setup.relay.port()}`, "-noservername", "-quiet"];
    const args = ["s_client", ...target, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"];
    const client = spawn("openssl", args, { stdio: ["pipe", "ignore", "ignore"] });
    client.stdin.write(report);
    const leg = await setup.cloud.connection(0);
    expect(await leg.waitFor(report.length)).toEqual(report);
    client.kill();
  });

  it("E18: refuses a cloud with a wrong certificate in auto; the device sees a reset", async () => {
    const setup = await setUp({ cloud: await tlsCloud() });
    const device = await tlsDevice(setup);
    device.socket.write(report);
    expect(await device.ending).toBe("reset");
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "cloud", how: "tls-failed" });
    expect(setup.logs.of("cloud cannot be reached", "warn")).toMatchObject([{ code: "UPSTREAM_TLS" }]);
    expect(setup.cloud.connections).toHaveLength(0);
  });

  it("verifies the cloud of a plain device where that is asked for", async () => {
    const setup = await setUp({ cloud: await tlsCloud(), options: { upstreamTls: "verify" } });
    const device = await setup.device();
    device.socket.write(report);
    expect(await device.ending).toBe("reset");
    expect(setup.logs.of("cloud cannot be reached", "warn")).toMatchObject([{ code: "UPSTREAM_TLS" }]);
  });

  it("keeps a half close, both ways", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { upstreamTls: "insecure" } });
    const device = await tlsDevice(setup);
    device.socket.end(report);
    const leg = await cloud.connection(0);
    expect(await leg.ending).toBe("fin");
    leg.socket.end(answer);
    expect(await device.ending).toBe("fin");
    expect(device.received()).toEqual(answer);
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "device", how: "fin" });
  });

  it("ends when the cloud closes without saying so in TLS", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { upstreamTls: "insecure" } });
    const tcp: Socket[] = [];
    cloud.server.on("connection", (socket: Socket) => tcp.push(socket));
    const device = await tlsDevice(setup);
    await device.send(report);
    await (await cloud.connection(0)).waitFor(report.length);
    tcp[0]?.end();
    expect(await device.ending).toBe("fin");
    device.halfClose();
    await setup.message("session-closed");
  });

  it("passes resets on, both ways", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { upstreamTls: "insecure" } });
    const first = await tlsDevice(setup);
    await first.send(report);
    const firstLeg = await cloud.connection(0);
    sockets.at(-1)?.resetAndDestroy();
    expect(await firstLeg.ending).toBe("reset");

    const tcp: Socket[] = [];
    cloud.server.on("connection", (socket: Socket) => tcp.push(socket));
    const second = await tlsDevice(setup);
    await second.send(report);
    await (await cloud.connection(1)).waitFor(report.length);
    tcp[0]?.resetAndDestroy();
    expect(await second.ending).toBe("reset");
  });

  it("closes when the handshake fails, and says so once", async () => {
    const setup = await setUp({ options: { tls: "terminate" } });
    for (let attempt = 0; attempt < 2; attempt += 1) await pickyDevice(setup);
    await setup.message("session-closed", () => setup.relay.status().sessionsEnded === 2);
    const closed = setup.messages.filter((message) => message.type === "session-closed");
    expect(closed).toMatchObject(Array(2).fill({ reason: { by: "device", how: "tls-failed" } }));
    expect(setup.logs.of("TLS with the device failed", "warn")).toMatchObject([
      { code: "DEVICE_TLS", reason: "tlsv1 alert unknown ca" },
    ]);
    expect(setup.cloud.connections).toHaveLength(0);
  });

  it("resets the device and names the fault where there is no certificate, and tries again later", async () => {
    let faulty = true;
    const certificateFault = new CloudtapError("CERTIFICATE_FAILED", "the disk is full");
    const setup = await setUp({
      cloud: await tlsCloud(),
      options: { upstreamTls: "insecure" },
      ports: { certificate: () => (faulty ? Promise.reject(certificateFault) : Promise.resolve(certificate)) },
    });
    const refused = await tlsDevice(setup);
    await refused.closed;
    expect(setup.logs.of("no certificate for the device", "error")).toMatchObject([{ code: "CERTIFICATE_FAILED" }]);
    faulty = false;
    const device = await tlsDevice(setup);
    await device.send(report);
    await (await setup.cloud.connection(0)).waitFor(report.length);
  });
});

describe("a session that is spliced", () => {
  it("passes TLS through unread, end to end, and says so once an address", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { tls: "splice" } });
    for (let index = 0; index < 2; index += 1) {
      const device = await tlsDevice(setup, {
        ca: certificate.cert,
        rejectUnauthorized: true,
        checkServerIdentity: () => undefined,
      });
      await device.send(report);
      await (await cloud.connection(index)).waitFor(report.length);
    }
    expect(setup.messages.some((message) => message.type === "frame")).toBe(false);
    const told = setup.messages.filter((message) => message.type === "encrypted");
    expect(told).toMatchObject(Array(2).fill({ reason: expect.stringContaining("not opened here") }));
    expect(told.some((message) => "splice" in message)).toBe(false);
    expect(setup.logs.of("encrypted, passed through unread", "warn")).toHaveLength(1);
    expect(setup.relay.status().status).toBe("active");
  });

  it("is what auto does for a protocol whose devices check certificates, plain ones being read", async () => {
    const protocol = { ...blueprint, defaults: { ...blueprint.defaults, onTls: "splice" as const } };
    const setup = await setUp({ cloud: await tlsCloud(), options: { protocol } });
    const device = await tlsDevice(setup);
    await device.send(report);
    await (await setup.cloud.connection(0)).waitFor(report.length);
    const plain = await setup.device();
    sockets.push(plain.socket);
    await plain.send(report);
    expect(await setup.message("frame")).toMatchObject({ role: "report" });
  });

  it("is what auto turns to for a device that refused the certificate twice", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud });
    await pickyDevice(setup);
    await pickyDevice(setup);
    await setup.message("session-closed", () => setup.relay.status().sessionsEnded === 2);
    const device = await tlsDevice(setup);
    await device.send(report);
    await (await cloud.connection(0)).waitFor(report.length);
    const told = setup.messages.filter((message) => message.type === "encrypted");
    const splice = { relay: "test", address: "127.0.0.1", target: "", reason: "tlsv1 alert unknown ca" };
    // Once when it is decided, once for the session that is spliced.
    expect(told).toMatchObject(Array(2).fill({ splice, reason: expect.stringContaining("refused") }));
    expect(setup.logs.of("encrypted, passed through unread from now on", "warn")).toMatchObject([
      { remedy: "cloudtap forget 127.0.0.1" },
    ]);
  });

  it("is what terminate turns to as well, because the cloud matters more", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { tls: "terminate" } });
    for (let attempt = 0; attempt < 2; attempt += 1) await pickyDevice(setup);
    await setup.message("session-closed", () => setup.relay.status().sessionsEnded === 2);
    const device = await tlsDevice(setup);
    await device.send(report);
    await (await cloud.connection(0)).waitFor(report.length);
  });

  it("is what becomes of a device that hangs up after each handshake without a byte", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { upstreamTls: "insecure" } });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      (await tlsDevice(setup)).socket.end();
      await (await cloud.connection(attempt - 1)).ending;
    }
    expect(await setup.message("encrypted")).toMatchObject({
      splice: { reason: expect.stringContaining("hung up after the handshake") },
    });
  });

  it("is not what becomes of a device that is read, however often it hangs up", async () => {
    const cloud = await tlsCloud();
    const setup = await setUp({ cloud, options: { upstreamTls: "insecure" } });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const device = await tlsDevice(setup);
      await device.send(report);
      await (await cloud.connection(attempt - 1)).waitFor(report.length);
      device.socket.end();
      await (await cloud.connection(attempt - 1)).ending;
    }
    expect(setup.messages.some(({ type }) => type === "encrypted")).toBe(false);
  });

  it("is kept apart by the name that the device asks for", async () => {
    const setup = await setUp({ options: { upstreamTls: "plain" } });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      (await tlsDevice(setup, { servername: "firmware.example.com" })).socket.end();
      await (await setup.cloud.connection(attempt - 1)).ending;
    }
    expect(await setup.message("encrypted")).toMatchObject({ target: "firmware.example.com" });
    const device = await tlsDevice(setup, { servername: "reports.example.com" });
    await device.send(report);
    expect(await setup.message("frame")).toMatchObject({ session: { serverName: "reports.example.com" } });
  });
});

describe("a session whose frame must be on disk first", () => {
  it("passes the frame on at once and holds the cloud's answer until then", async () => {
    const order: string[] = [];
    const onDisk = defer();
    const deliver: Deliver = (_session, decoded) => {
      if (decoded.postings.length === 0) return undefined;
      order.push("posted");
      return onDisk.promise.then(() => true);
    };
    const setup = await setUp({ ports: { deliver } });
    const device = await setup.device();
    sockets.push(device.socket);
    const pulses = encodePulses(7, 2, 250);
    await device.send(pulses);
    const leg = await setup.cloud.connection(0);
    await leg.waitFor(pulses.length);
    await leg.send(encodeAnswer(7, 2, 3));
    // The device goes on meanwhile: its own direction is not held.
    await device.send(report);
    await leg.waitFor(pulses.length + report.length);
    expect(device.size).toBe(0);
    order.push("on disk");
    onDisk.resolve();
    await device.waitFor(answer.length);
    order.push("answered");
    expect(order).toEqual(["posted", "on disk", "answered"]);
  });
});
