import { connect, createServer, type Server, type Socket } from "node:net";
import { until } from "../until.js";

/** One end of a connection, which keeps books of it and does nothing by itself. */
export class End {
  /** `address:port` of itself and of whom it talks to. */
  readonly own: string;
  readonly peer: string;
  readonly sent: Buffer[] = [];
  /** How the peer finished: `open` as long as it has not. */
  ending: "open" | "fin" | "reset" = "open";
  isClosed = false;
  readonly #socket: Socket;
  readonly #received: Buffer[] = [];
  readonly #watchers = new Set<() => void>();
  #size = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.own = `${plain(socket.localAddress)}:${socket.localPort}`;
    this.peer = `${plain(socket.remoteAddress)}:${socket.remotePort}`;
    socket.on("data", (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#size += chunk.length;
      this.#notice();
    });
    socket.on("end", () => this.#ended("fin"));
    socket.on("error", () => this.#ended("reset"));
    socket.on("close", () => {
      this.isClosed = true;
      this.#notice();
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  get said(): Buffer {
    return Buffer.concat(this.sent);
  }

  /** Resolves when the operating system has it. */
  say(bytes: Buffer): Promise<void> {
    this.sent.push(bytes);
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error instanceof Error ? reject(error) : resolve()));
    });
  }

  /** Resolves once so many bytes came. */
  hears(count: number): Promise<void> {
    return this.waitFor(() => this.#size >= count);
  }

  /** FIN. */
  finish(): void {
    this.#socket.end();
  }

  /** RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  async waitFor(wanted: (end: End) => boolean): Promise<void> {
    await until(this.#watchers, () => (wanted(this) ? true : undefined));
  }

  #ended(how: "fin" | "reset"): void {
    // A reset tells more than a FIN before it.
    if (this.ending === "open" || how === "reset") this.ending = how;
    this.#notice();
  }

  #notice(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** A server whose connections are the test's to lead. */
export class EndServer {
  readonly port: number;
  readonly ends: End[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Set<() => void>();

  private constructor(server: Server) {
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP port");
    this.port = address.port;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      this.ends.push(new End(socket));
      for (const watcher of this.#watchers) watcher();
    });
  }

  static async start(host = "127.0.0.1"): Promise<EndServer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return new EndServer(server);
  }

  /** The connection number `index`, from 0, as soon as it is there. */
  end(index: number): Promise<End> {
    return until(this.#watchers, () => this.ends[index]);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** `from`: the own address to use. */
export async function connectEnd(port: number, host = "127.0.0.1", from?: string): Promise<End> {
  const own = from === undefined ? {} : { localAddress: from };
  const socket = connect({ port, host, ...own, allowHalfOpen: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return new End(socket);
}

/** A device that has called a relay, and the connection that its cloud got for it. */
export async function connectBoth(port: number, server: EndServer, host?: string, from?: string) {
  const index = server.ends.length;
  const device = await connectEnd(port, host, from);
  return { device, cloud: await server.end(index) };
}

function plain(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "");
}
