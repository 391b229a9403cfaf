import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CloudPlace, cloudLegSecurity, Upstream, upstreamSecurity } from "../../../src/relay/cloud/upstream.js";
import { createDeviceCertificates, type DeviceCertificate } from "../../../src/relay/tls/certificates.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { silentLogger } from "../../../src/runtime/log.js";
import { ChaosServer, closedPort } from "../../support/chaos-socket.js";
import { type DiallingOptions, dialling } from "../../support/dialling.js";
import { FakeClock } from "../../support/fake-clock.js";

let certificate: DeviceCertificate;
const folder = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
const servers: ChaosServer[] = [];
const sockets: Socket[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  certificate = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close();
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function plainCloud(): Promise<ChaosServer> {
  const cloud = await ChaosServer.listen();
  servers.push(cloud);
  return cloud;
}

async function tlsCloud(): Promise<ChaosServer> {
  const cloud = await new ChaosServer(createTlsServer({ ...certificate }), "secureConnection").open();
  servers.push(cloud);
  return cloud;
}

function upstream(
  { host = "127.0.0.1", port, ...options }: Partial<CloudPlace> & DiallingOptions,
  ownPorts: readonly number[] = [],
): Upstream {
  return new Upstream(
    { host, port: port ?? 0 },
    dialling({ dialTimeoutMs: 5_000, ownPorts: () => ownPorts, ...options }),
  );
}

describe("dialling the cloud", () => {
  it("connects, by name too, with keep-alive addresses tried in turn", async () => {
    const cloud = await plainCloud();
    const { socket, tcp } = await upstream({ host: "localhost", port: cloud.port }).dial(
      "plain",
      new AbortController(),
    );
    sockets.push(socket);
    expect(socket).toBe(tcp);
    expect(socket.remoteAddress).toBe("127.0.0.1");
  });

  it("says that the cloud refuses", async () => {
    const attempt = upstream({ port: await closedPort() }).dial("plain", new AbortController());
    await expect(attempt).rejects.toMatchObject({ code: "UPSTREAM_REFUSED" });
  });

  it("says that the name has no address", async () => {
    const attempt = upstream({ host: "no-such-name.invalid", port: 1 }).dial("plain", new AbortController());
    await expect(attempt).rejects.toMatchObject({ code: "UPSTREAM_UNRESOLVED" });
  });

  it("D04, W02: gives up on a cloud that swallows the connection", async () => {
    const port = await blackHole();
    const attempt = upstream({ port, dialTimeoutMs: 300 }).dial("plain", new AbortController());
    await expect(attempt).rejects.toMatchObject({ code: "UPSTREAM_TIMEOUT" });
  });

  it("gives up when the device is gone", async () => {
    const gone = new AbortController();
    const attempt = upstream({ port: await blackHole() }).dial("plain", gone);
    gone.abort(new Error("the session is over"));
    await expect(attempt).rejects.toThrow("the session is over");
  });

  it.each(["127.0.0.1", "localhost", "::1"])("never dials itself under the name %s", async (host) => {
    const attempt = upstream({ host, port: 10_000 }, [1_030, 10_000]).dial("plain", new AbortController());
    await expect(attempt).rejects.toMatchObject({ code: "UPSTREAM_LOOP" });
  });

  it("dials its own machine on a port that is not its own", async () => {
    const cloud = await plainCloud();
    const { socket } = await upstream({ port: cloud.port }, [cloud.port + 1]).dial("plain", new AbortController());
    sockets.push(socket);
  });
});

describe("the security of a cloud leg", () => {
  it.each([
    ["auto", "plain", "plain"],
    ["auto", "tls", "tls"],
    ["auto", "splice", "splice"],
    ["plain", "tls", "plain"],
    ["verify", "plain", "tls"],
    ["insecure", "tls", "tls"],
    ["verify", "splice", "splice"],
  ] as const)("with upstream_tls %s of a device that is %s is %s", (mode, device, expected) => {
    expect(cloudLegSecurity(upstreamSecurity(mode, device), device)).toBe(expected);
  });
});

describe("TLS with the cloud", () => {
  it("E18: refuses a certificate that no known authority signed", async () => {
    const { port } = await tlsCloud();
    const attempt = upstream({ port }).dial("verify", new AbortController());
    await expect(attempt).rejects.toMatchObject({
      code: "UPSTREAM_TLS",
      message: expect.stringMatching(/self-signed/),
    });
  });

  it("E18: takes it where that was asked for", async () => {
    const { port } = await tlsCloud();
    const { socket, tcp } = await upstream({ port }).dial("insecure", new AbortController());
    sockets.push(socket);
    expect(socket).not.toBe(tcp);
  });

  it("E18: takes it from an authority that was named, for its own name alone", async () => {
    const { port } = await tlsCloud();
    const trusting = upstream({ port, host: "localhost", ca: certificate.cert });
    await expect(trusting.dial("verify", new AbortController())).rejects.toMatchObject({
      code: "UPSTREAM_TLS",
      message: expect.stringMatching(/altnames/),
    });
  });

  it("sends the cloud's name", async () => {
    const cloud = await tlsCloud();
    const names: unknown[] = [];
    cloud.server.on("secureConnection", (socket: { servername: unknown }) => names.push(socket.servername));
    const { socket } = await upstream({ host: "localhost", port: cloud.port }).dial("insecure", new AbortController());
    sockets.push(socket);
    await cloud.connection(0);
    expect(names).toEqual(["localhost"]);
  });

  it("gives up on a cloud that accepts and never shakes hands", async () => {
    const clock = new FakeClock();
    const cloud = await plainCloud();
    const failure = expect(
      upstream({ port: cloud.port, clock }).dial("verify", new AbortController()),
    ).rejects.toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    const connection = await cloud.connection(0);
    await connection.waitFor(1);
    clock.advance(5_000);
    await failure;
    await connection.ending;
    expect(clock.pendingTimers).toBe(0);
  });

  it("says so where the cloud does not speak TLS", async () => {
    const cloud = await plainCloud();
    const attempt = upstream({ port: cloud.port }).dial("verify", new AbortController());
    await (await cloud.connection(0)).send(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expect(attempt).rejects.toMatchObject({ code: "UPSTREAM_TLS" });
  });
});

/** A port whose queue of waiting connections is full: the kernel drops every further SYN. */
async function blackHole(): Promise<number> {
  const program = `const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("fs").writeSync(1, String(s.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const port = await new Promise<number>((resolve) =>
    child.stdout.once("data", (text: Buffer) => resolve(Number(text))),
  );
  const fillers = Array.from({ length: 2 }, () => connect({ port, host: "127.0.0.1" }));
  sockets.push(...fillers);
  await Promise.all(fillers.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  return port;
}
