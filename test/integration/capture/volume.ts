import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";

const megabyte = 1_000_000;

/** A cloud that takes everything and keeps nothing. */
export class Drain {
  readonly port: number;
  /** Bytes that came, on all connections. */
  bytes = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("data", (chunk: Buffer) => {
        this.bytes += chunk.length;
      });
      socket.on("error", () => socket.destroy());
      socket.on("end", () => socket.end());
    });
  }

  static async start(): Promise<Drain> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP port");
    return new Drain(server, address.port);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A megabyte that says everywhere in it which one it is. */
export function numberedMegabyte(number: number): Buffer {
  return Buffer.alloc(megabyte, `${String(number).padStart(9, "0")}\n`);
}

/** Sends so many of them, numbered from `first`; `look` is called after each. Resolves once the other side closed too. */
export async function pour(
  port: number,
  megabytes: number,
  look: () => void = () => undefined,
  first = 0,
): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  for (let number = first; number < first + megabytes; number += 1) {
    if (!socket.write(numberedMegabyte(number))) await once(socket, "drain");
    look();
  }
  const closed = once(socket, "close");
  socket.resume().end();
  await closed;
}

/** Bytes of all files of a folder that Cloudtap wrote. */
export function bytesIn(folder: string, foreign: readonly string[] = []): number {
  const own = readdirSync(folder).filter((name) => !foreign.includes(name));
  return own.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
