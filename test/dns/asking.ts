import { createSocket, type RemoteInfo } from "node:dgram";
import { connect, createServer, isIP, type Socket } from "node:net";
import { type DecodedPacket, decode, encode, type Packet, RECURSION_DESIRED, type RecordType } from "dns-packet";
import { onTestFinished } from "vitest";
import { type Query, readQuery } from "../../src/dns/query.js";
import { frameForStream, StreamSplitter } from "../../src/dns/stream-framing.js";

/** A question as a device asks it. */
export function question(name: string, type: RecordType = "A", more: Packet = {}): Buffer {
  return encode({ type: "query", id: 0x1234, flags: RECURSION_DESIRED, questions: [{ type, name }], ...more });
}

/** The same with EDNS, for `udpBytes` over UDP. */
export function questionWithEdns(name: string, udpBytes: number, ednsVersion = 0): Buffer {
  const edns = { udpPayloadSize: udpBytes, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: [] };
  return question(name, "A", { additionals: [{ type: "OPT", name: ".", ...edns }] });
}

/** A question of a type that the library has no word for, such as HTTPS (65). */
export function questionOfType(name: string, type: number): Buffer {
  const message = question(name);
  message.writeUInt16BE(type, message.length - 4);
  return message;
}

export function queryOf(message: Buffer): Query {
  const query = readQuery(message);
  if (query === undefined) throw new Error("expected a well-formed question");
  return query;
}

export function responseCode(message: Buffer): number {
  return message.readUInt8(3) & 0x0f;
}

/** What a message says, by the library. */
export function said(message: Buffer): DecodedPacket {
  return decode(message);
}

/** Addresses in an answer. */
export function addressesIn(message: Buffer): readonly string[] {
  return (decode(message).answers ?? []).flatMap((record) =>
    (record.type === "A" || record.type === "AAAA") && typeof record.data === "string" ? [record.data] : [],
  );
}

/** An answer of another name server. */
export function answerTo(message: Buffer, addresses: readonly string[]): Buffer {
  const asked = decode(message);
  const name = asked.questions?.[0]?.name ?? "";
  return encode({
    type: "response",
    id: message.readUInt16BE(0),
    questions: asked.questions ?? [],
    answers: addresses.map((data) => ({ type: "A", name, ttl: 300, data })),
  });
}

/** Asks over UDP and takes the first packet that comes back. */
export function askOverUdp(port: number, message: Buffer, host = "127.0.0.1"): Promise<Buffer> {
  const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("message", (reply) => {
      socket.close();
      resolve(reply);
    });
    socket.send(message, port, host);
  });
}

/** Puts messages into one connection, in one piece, and takes as many answers. */
export async function askOverTcp(port: number, messages: readonly Buffer[]): Promise<readonly Buffer[]> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.end(Buffer.concat(messages.map(frameForStream)));
  return readReplies(socket, messages.length);
}

export async function readReplies(socket: Socket, count: number): Promise<readonly Buffer[]> {
  const splitter = new StreamSplitter(65_535);
  const replies: Buffer[] = [];
  for await (const chunk of socket) {
    replies.push(...splitter.push(chunk));
    if (replies.length >= count) break;
  }
  socket.destroy();
  return replies;
}

/** A name server that does what a test says, over UDP and TCP. */
export interface PlayedServer {
  readonly port: number;
  readonly questions: readonly Buffer[];
  /** Resolves with the question of that number, from 1. */
  asked(count: number): Promise<Buffer>;
}

export type Script = (message: Buffer, reply: (message: Buffer) => void) => void;

export async function playServer(script: Script): Promise<PlayedServer> {
  const questions: Buffer[] = [];
  const watchers = new Set<() => void>();
  const take = (message: Buffer, reply: (message: Buffer) => void): void => {
    questions.push(message);
    for (const watcher of watchers) watcher();
    script(message, reply);
  };
  const tcp = createServer((socket) => {
    const splitter = new StreamSplitter(65_535);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      for (const message of splitter.push(chunk)) take(message, (reply) => socket.write(frameForStream(reply)));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  const address = tcp.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  const udp = createSocket("udp4");
  await new Promise<void>((resolve) => udp.bind(port, "127.0.0.1", resolve));
  udp.on("message", (message: Buffer, from: RemoteInfo) => {
    take(message, (reply) => udp.send(reply, from.port, from.address));
  });
  onTestFinished(() => {
    tcp.close();
    udp.close();
  });
  return {
    port,
    questions,
    asked: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = questions[count - 1];
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}

/** A port of 127.0.0.1 where nobody answers, and nobody listens. */
export async function deadPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
