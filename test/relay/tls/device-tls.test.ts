import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { awaitFirstBytes } from "../../../src/relay/arrival/first-bytes.js";
import { createDeviceCertificates, type DeviceCertificate } from "../../../src/relay/tls/certificates.js";
import { createDeviceContext, terminateTls } from "../../../src/relay/tls/device-tls.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { silentLogger } from "../../../src/runtime/log.js";
import { ChaosSocket, portOf } from "../../support/chaos-socket.js";
import { FakeClock } from "../../support/fake-clock.js";

let certificate: DeviceCertificate;
const folder = mkdtempSync(join(tmpdir(), "cloudtap-test-"));

beforeAll(async () => {
  certificate = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: (Server | Socket)[] = [];

/** Terminates what connects, after the first bytes were looked at, and echoes it. */
async function echoServer(tlsMin: "TLSv1" | "TLSv1.2"): Promise<{ port: number; outcome: Promise<string> }> {
  const context = createDeviceContext(certificate, tlsMin);
  let settled = (_outcome: string): void => undefined;
  const outcome = new Promise<string>((resolve) => {
    settled = resolve;
  });
  const server = createServer({ allowHalfOpen: true }, (tcp) => {
    open.push(tcp);
    const serve = async (): Promise<void> => {
      const first = await awaitFirstBytes(tcp, systemClock, { limitMs: 10_000, candidates: [] });
      const head = first?.head ?? Buffer.alloc(0);
      const socket = await terminateTls({ tcp, head, context, limitMs: 10_000 }, systemClock);
      settled(socket.getProtocol() ?? "");
      socket.pipe(socket);
    };
    serve().catch((error: unknown) => settled(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  return { port: portOf(server), outcome };
}

afterEach(() => {
  for (const one of open.splice(0)) {
    if ("destroy" in one) one.destroy();
    else one.close();
  }
});

/** What a client says first. */
async function firstFlight(): Promise<Buffer> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const flight = new Promise<Buffer>((resolve) => {
    server.once("connection", (socket) => {
      open.push(socket);
      socket.once("data", resolve);
    });
  });
  const client = tlsConnect({ host: "127.0.0.1", port: portOf(server) });
  client.on("error", () => undefined);
  open.push(client);
  return flight;
}

function openssl(port: number, args: readonly string[]): Promise<string> {
  const all = ["s_client", "-connect", `127.0.0.1:${port}`, "-quiet", "-no_ign_eof", ...args];
  const child = spawn("openssl", all, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  return new Promise((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("hello")) child.kill();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once("close", () => resolve(said));
    child.stdin.write("hello\n");
  });
}

describe("TLS of the device leg", () => {
  it("E16: serves a TLS 1.0 client with RSA, AES128-SHA and no server name", async () => {
    const { port, outcome } = await echoServer("TLSv1");
    const said = await openssl(port, ["-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0", "-noservername"]);
    expect(said).toContain("hello");
    expect(await outcome).toBe("TLSv1");
  });

  it("E16: serves a modern client", async () => {
    const { port, outcome } = await echoServer("TLSv1");
    expect(await openssl(port, [])).toContain("hello");
    expect(await outcome).toBe("TLSv1.3");
  });

  it("refuses versions below the lowest, and says why", async () => {
    const { port, outcome } = await echoServer("TLSv1.2");
    await openssl(port, ["-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"]);
    expect(await outcome).toMatch(/unsupported protocol/i);
  });

  it("learns that a client does not accept the certificate", async () => {
    const { port, outcome } = await echoServer("TLSv1.2");
    await openssl(port, ["-verify_return_error", "-no-CAfile", "-tls1_2"]);
    expect(await outcome).toMatch(/unknown ca/i);
  });

  it("takes bytes that are no handshake for a failure", async () => {
    const { port, outcome } = await echoServer("TLSv1.2");
    const peer = await ChaosSocket.connect(port);
    open.push(peer.socket);
    await peer.send(Buffer.concat([Buffer.from("160301ffff", "hex"), randomBytes(500)]));
    expect(await outcome).toMatch(/Error/);
    await peer.ending;
  });

  it("gives up on a handshake that never ends", async () => {
    const clock = new FakeClock();
    const server = createServer({ allowHalfOpen: true });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const peer = await ChaosSocket.connect(portOf(server));
    open.push(peer.socket);
    const context = createDeviceContext(certificate, "TLSv1.2");
    const handshake = terminateTls({ tcp: await accepted, head: Buffer.alloc(0), context, limitMs: 10_000 }, clock);
    const failure = expect(handshake).rejects.toThrow("no handshake within 10000 ms");
    clock.advance(10_000);
    await failure;
    await peer.ending;
  });

  it("takes a FIN in the middle of the handshake for a refusal, at once", async () => {
    const { port, outcome } = await echoServer("TLSv1.2");
    const peer = await ChaosSocket.connect(port);
    open.push(peer.socket);
    await peer.send(await firstFlight());
    await peer.waitFor(100);
    peer.socket.end();
    expect(await outcome).toMatch(/dropped the connection in the handshake/);
  });

  it("fails for a connection that is gone already", async () => {
    const server = createServer();
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const peer = await ChaosSocket.connect(portOf(server));
    const tcp = await accepted;
    tcp.destroy();
    peer.socket.destroy();
    const context = createDeviceContext(certificate, "TLSv1.2");
    const handshake = terminateTls({ tcp, head: Buffer.alloc(0), context, limitMs: 10_000 }, systemClock);
    await expect(handshake).rejects.toThrow("dropped the connection");
  });
});
