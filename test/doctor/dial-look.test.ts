import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { dial } from "../../src/doctor/dial-look.js";
import { makeKeyPair } from "../integration/key-pair.js";

const limitMs = 5_000;
const local = "127.0.0.1";
let pair: ReturnType<typeof makeKeyPair>;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-dial-"));
  try {
    pair = makeKeyPair(folder, "cloud", "cloud.example");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ host: local, port: 0 }, resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return address.port;
}

/** Speaks TLS, and bears clients that leave at once. */
function tlsCloud(): Server {
  return createTlsServer({ key: pair.key, cert: pair.cert }, (socket) => socket.on("error", () => undefined).resume());
}

describe("dialling", () => {
  it("connects and leaves without a byte", async () => {
    const heard: string[] = [];
    const server = createServer();
    const gone = new Promise<void>((resolve) => {
      server.on("connection", (socket) => {
        socket.on("data", (chunk) => heard.push(String(chunk)));
        socket.on("error", () => undefined);
        socket.once("close", () => resolve());
      });
    });
    const port = await listen(server);
    expect(await dial({ addresses: [local], port }, limitMs)).toEqual({
      ...{ type: "connected", address: local, security: "plain" },
    });
    await gone;
    expect(heard).toEqual([]);
  });

  it("tries one address after the other", async () => {
    const port = await listen(createServer());
    expect(await dial({ addresses: ["::1", local], port }, limitMs)).toMatchObject({ address: local });
  });

  it("says why nobody accepts", async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await dial({ addresses: [local], port }, limitMs)).toMatchObject({
      ...{ type: "unreachable", reason: expect.stringContaining("ECONNREFUSED") },
    });
    expect(await dial({ addresses: [], port }, limitMs)).toMatchObject({ type: "unreachable" });
  });

  it("checks the certificate as a relay would", async () => {
    const port = await listen(tlsCloud());
    const target = { addresses: [local], port };
    const serverName = "cloud.example";
    expect(await dial({ ...target, tls: { serverName, ca: pair.cert } }, limitMs)).toEqual({
      ...{ type: "connected", address: local, security: "tls" },
    });
    expect(await dial({ ...target, tls: { serverName } }, limitMs)).toMatchObject({
      ...{ type: "untrusted", reason: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
    expect(await dial({ ...target, tls: { serverName: "other.example", ca: pair.cert } }, limitMs)).toMatchObject({
      ...{ type: "untrusted", reason: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });

  it("tells a cloud that speaks no TLS, or none at all, from one that is away", async () => {
    const plain = await listen(createServer((socket) => socket.on("error", () => undefined).end("hello\r\n")));
    const tls = { serverName: "cloud.example" };
    expect(await dial({ addresses: [local], port: plain, tls }, limitMs)).toMatchObject({ type: "tls-failed" });
    const silent = await listen(createServer((socket) => socket.on("error", () => undefined).resume()));
    expect(await dial({ addresses: [local], port: silent, tls }, 100)).toMatchObject({
      ...{ type: "tls-failed", reason: "no answer within 0.1 s" },
    });
  });
});
