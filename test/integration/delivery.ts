import { connect, type Socket } from "node:net";
import { until } from "./until.js";

/** A device's end of a connection, as far as a test needs it. */
export interface DeviceSocket {
  readonly socket: Socket;
  send(bytes: Uint8Array): void;
  received(): Buffer;
  waitFor(count: number): Promise<Buffer>;
  /** Resolves when the peer sent FIN. */
  readonly ended: Promise<void>;
}

export async function connectDevice(port: number): Promise<DeviceSocket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return wrapDevice(socket);
}

export function wrapDevice(socket: Socket): DeviceSocket {
  const chunks: Buffer[] = [];
  let size = 0;
  const watchers = new Set<() => void>();
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    for (const watcher of watchers) watcher();
  });
  socket.on("error", () => socket.destroy());
  const received = () => Buffer.concat(chunks);
  const ended = new Promise<void>((resolve) => {
    socket.once("end", resolve);
    socket.once("close", () => resolve());
  });
  return {
    socket,
    ended,
    received,
    send: (bytes) => socket.write(bytes),
    waitFor: (count) => until(watchers, () => (size >= count ? received() : undefined)),
  };
}

/** How a stream can be cut on its way. */
export const fragmentations: readonly { readonly name: string; cut(bytes: Buffer): readonly Buffer[] }[] = [
  { name: "in one segment", cut: (bytes) => [bytes] },
  { name: "byte by byte", cut: (bytes) => [...bytes].map((byte) => Buffer.of(byte)) },
  { name: "in pieces of 7", cut: (bytes) => pieces(bytes, 7) },
  { name: "in pieces of 1000", cut: (bytes) => pieces(bytes, 1000) },
];

function pieces(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_unused, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

/** Sends each piece in a write of its own, so that TCP may put it into a segment of its own. */
export async function sendPieces(device: DeviceSocket, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts) {
    device.send(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
