import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type ClientHello, parseClientHello } from "../../src/wire/client-hello.js";

/** The first flight of a client that is told where to connect. */
async function firstFlight(dial: (port: number) => { end(): void }): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const client = dial(address !== null && typeof address === "object" ? address.port : 0);
  const [socket]: Socket[] = await once(server, "connection");
  if (socket === undefined) throw new Error("expected a connection");
  const chunks: Buffer[] = [];
  let result = parseClientHello(Buffer.alloc(0));
  while (result.type === "need-more") {
    const [chunk]: Buffer[] = await once(socket, "data");
    if (chunk !== undefined) chunks.push(chunk);
    result = parseClientHello(Buffer.concat(chunks));
  }
  socket.destroy();
  client.end();
  server.close();
  return Buffer.concat(chunks);
}

function nodeHello(options: ConnectionOptions): Promise<Buffer> {
  return firstFlight((port) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
    socket.on("error", () => undefined);
    return { end: () => socket.destroy() };
  });
}

function opensslHello(options: readonly string[]): Promise<Buffer> {
  return firstFlight((port) => {
    const client = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, ...options], { stdio: "ignore" });
    return { end: () => client.kill() };
  });
}

function helloIn(bytes: Uint8Array): ClientHello {
  const result = parseClientHello(bytes);
  if (result.type !== "hello") throw new Error(`expected a hello, found ${JSON.stringify(result)}`);
  return result.hello;
}

/** The handshake message of a hello in one record, cut into records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([0x16, 0x03, 0x01, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(records);
}

/** A hello in one record; all in hex. */
function helloOf(suites: string, extensions: readonly (readonly [kind: string, body: string])[]): Buffer {
  const sized = (hex: string, digits: number): string => (hex.length / 2).toString(16).padStart(digits, "0") + hex;
  const list = extensions.map(([kind, body]) => kind + sized(body, 4)).join("");
  const hello = `0303${"11".repeat(32)}00${sized(suites, 4)}0100${sized(list, 4)}`;
  return Buffer.from(`160301${sized(`01${sized(hello, 6)}`, 4)}`, "hex");
}

const sslv2Hello = Buffer.from(
  "802e0103010015000000100000350000390700c000002f0000330000050a00a0".padEnd(96, "5a"),
  "hex",
);

let old: Buffer;
let modern: Buffer;

beforeAll(async () => {
  old = await nodeHello({ minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "AES256-SHA@SECLEVEL=0" });
  modern = await nodeHello({ servername: "Reports.Example.COM", ALPNProtocols: ["h2", "http/1.1"] });
});

describe("a TLS client's hello", () => {
  it("tells version, name, protocols and suites of a client of today", () => {
    expect(helloIn(modern)).toMatchObject({
      ...{ format: "tls", version: 0x0304, serverName: "reports.example.com", alpn: ["h2", "http/1.1"] },
    });
    expect(helloIn(modern).cipherSuites).toContain(0x1301);
  });

  it("tells that an old client asks for no name", () => {
    const hello = helloIn(old);
    expect(hello).toMatchObject({ format: "tls", version: 0x0301, alpn: [] });
    expect(hello.serverName).toBeUndefined();
    expect(hello.cipherSuites).toContain(0x0035);
  });

  it.each([
    ["TLS 1.2", ["-tls1_2", "-noservername"], 0x0303, undefined],
    ["TLS 1.3", ["-tls1_3", "-servername", "cloud.example.com"], 0x0304, "cloud.example.com"],
    ["an address for a name", ["-tls1_2", "-servername", "no name!"], 0x0303, undefined],
  ])("is read from openssl: %s", async (_name, options, version, serverName) => {
    const hello = helloIn(await opensslHello(options));
    expect(hello.version).toBe(version);
    expect(hello.serverName).toBe(serverName);
  });

  it("is read in the format of SSLv2, which means TLS", () => {
    expect(helloIn(sslv2Hello)).toEqual({
      ...{ format: "sslv2", version: 0x0301, alpn: [] },
      cipherSuites: [0x0035, 0x0039, 0x002f, 0x0033, 0x0005],
    });
  });

  it("goes without the reserved values that browsers strew in, and takes the outer name of an encrypted hello", () => {
    const hello = helloOf("0a0a13011302", [
      ["1a1a", ""],
      ["0000", "000e00000b6f757465722e6c6f63616c"],
      ["002b", "067a7a03040303"],
      ["fe0d", "00000100010000000000"],
    ]);
    expect(helloIn(hello)).toEqual({
      ...{ format: "tls", version: 0x0304, serverName: "outer.local", alpn: [], cipherSuites: [0x1301, 0x1302] },
    });
  });

  it("is found however it is cut into records", () => {
    const whole = helloIn(modern);
    for (const size of [250, 400, 1_000]) expect(helloIn(inRecords(modern, size))).toEqual(whole);
  });

  it("is not taken for one after more records than any client sends", () => {
    expect(parseClientHello(inRecords(modern, 4))).toMatchObject({ type: "malformed" });
  });

  it.each([
    ["a Solarman frame", "a5010010"],
    ["a WebSentry frame", "70839e00"],
    ["an HTTP request", "504f5354"],
    ["no TLS version", "1604"],
    ["an SSLv2 hello for SSLv2", "8031010002"],
    ["a high bit and no hello", "80310203"],
  ])("is not what %s is", (_name, hex) => {
    expect(parseClientHello(Buffer.from(hex, "hex"))).toEqual({ type: "not-tls" });
  });

  it.each([
    ["another handshake message", "160301000402000000"],
    ["an alert behind half a hello", "1603010001011503010002"],
    ["a record of nothing", "1603010000"],
    ["a hello of 16 MB", "160301000401ffffff"],
    ["a session id longer than the hello", `1603010028010000240301${"00".repeat(32)}ff00`],
  ])("is malformed: %s", (_name, hex) => {
    expect(parseClientHello(Buffer.from(hex, "hex"))).toMatchObject({ type: "malformed" });
  });

  it("needs more at every cut, then is the same, whatever follows", () => {
    for (const hello of [old, modern, sslv2Hello, inRecords(modern, 250)]) {
      const whole = parseClientHello(hello);
      for (let cut = 0; cut < hello.length; cut += 1) {
        expect(parseClientHello(hello.subarray(0, cut))).toEqual({ type: "need-more" });
      }
      expect(parseClientHello(Buffer.concat([hello, Buffer.from("garbage")]))).toEqual(whole);
    }
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void parseClientHello(bytes)));
    const change = fc.tuple(fc.nat(600), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(old, modern, sslv2Hello), fc.array(change, { maxLength: 6 }), (hello, changes) => {
        const bytes = Uint8Array.from(hello);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        parseClientHello(bytes);
      }),
    );
  });

  it("never changes its mind when more bytes come", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(64),
        fc.constantFrom(0x16, 0x80, 0x00),
        (bytes, cut, first) => {
          const head = Uint8Array.of(first, 0x03, ...bytes);
          const early = parseClientHello(head.subarray(0, cut));
          if (early.type !== "need-more") expect(parseClientHello(head)).toEqual(early);
        },
      ),
    );
  });
});
