import { createHash } from "node:crypto";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** How the peer finished its direction. */
export type Ending = "fin" | "reset" | "destroyed";

/** One end of a connection that misbehaves on demand and keeps what it got. */
export class ChaosSocket {
  readonly socket: Socket;
  /** The peer's FIN or RST, whichever comes first. */
  readonly ending: Promise<Ending>;
  /** The socket is gone. */
  readonly closed: Promise<void>;
  readonly #hash = createHash("sha256");
  #chunks: Buffer[] = [];
  #size = 0;
  readonly #keeps: boolean;
  readonly #watchers = new Set<() => void>();

  /** `keeps` false: only counts and hashes, for streams too large to keep. */
  constructor(socket: Socket | TLSSocket, keeps = true) {
    this.socket = socket;
    this.#keeps = keeps;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.ending = new Promise((resolve) => {
      socket.once("end", () => resolve("fin"));
      socket.once("error", (error) => resolve("code" in error && error.code === "ECONNRESET" ? "reset" : "destroyed"));
      socket.once("close", () => resolve("destroyed"));
    });
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  static connect(port: number, host = "127.0.0.1"): Promise<ChaosSocket> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    const wrapped = new ChaosSocket(socket);
    return new Promise((resolve, reject) => {
      socket.once("connect", () => resolve(wrapped));
      socket.once("error", reject);
    });
  }

  get size(): number {
    return this.#size;
  }

  received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Of all bytes so far; call it once. */
  digest(): string {
    return this.#hash.digest("hex");
  }

  async waitFor(count: number): Promise<Buffer> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#size < count) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
    return this.received();
  }

  /** Resolves when the operating system has the bytes. */
  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Each piece in its own segment; the sizes are used in turn. */
  async sendSplit(bytes: Uint8Array, sizes: readonly number[]): Promise<void> {
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? bytes.length;
      await this.send(bytes.subarray(at, at + size));
      at += size;
    }
  }

  /** Reads nothing until `resume`. */
  stall(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  halfClose(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  #take(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#size += chunk.length;
    if (this.#keeps) this.#chunks.push(chunk);
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** A listening peer whose connections are chaos sockets. */
export class ChaosServer {
  readonly connections: ChaosSocket[] = [];
  readonly server: Server;
  readonly #watchers = new Set<() => void>();
  readonly #tcp = new Set<Socket>();

  constructor(server: Server, connected: "connection" | "secureConnection" = "connection", keeps = true) {
    this.server = server;
    server.on("connection", (socket: Socket) => {
      this.#tcp.add(socket);
      socket.once("close", () => this.#tcp.delete(socket));
    });
    server.on(connected, (socket: Socket) => {
      this.connections.push(new ChaosSocket(socket, keeps));
      for (const watcher of [...this.#watchers]) watcher();
    });
  }

  /** `port` 0: any free one. */
  static async listen(host = "127.0.0.1", keeps = true, port = 0): Promise<ChaosServer> {
    return new ChaosServer(createServer({ allowHalfOpen: true, noDelay: true }), "connection", keeps).open(host, port);
  }

  async open(host = "127.0.0.1", port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => resolve());
    });
    return this;
  }

  get port(): number {
    return portOf(this.server);
  }

  /** The connection number `index`, from 0, as soon as it is there. */
  connection(index: number): Promise<ChaosSocket> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.connections[index];
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    for (const socket of this.#tcp) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP port");
  return address.port;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await ChaosServer.listen();
  const { port } = server;
  await server.close();
  return port;
}

export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function defer(): Deferred {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}
