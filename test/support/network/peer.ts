import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { until } from "../../integration/until.js";
import type { PeerCommand, PeerNotice } from "./peer-words.js";
import { RemoteSocket } from "./remote-socket.js";

const program = fileURLToPath(new URL("./peer-process.ts", import.meta.url));

/** A port where a machine takes connections. */
export interface RemoteServer {
  readonly connections: readonly RemoteSocket[];
  /** The first connection that passes the test, made or to come. */
  connection(wanted?: (socket: RemoteSocket) => boolean): Promise<RemoteSocket>;
  /** Is called with each connection to come; the returned function takes the word back. */
  onConnection(accept: (socket: RemoteSocket) => void): () => void;
  close(): void;
}

export interface Datagram {
  readonly data: Buffer;
  readonly address: string;
  readonly port: number;
}

/** A UDP socket of a machine. */
export interface RemoteDatagrams {
  readonly datagrams: readonly Datagram[];
  send(data: Buffer, host: string, port: number): void;
  datagram(wanted?: (datagram: Datagram) => boolean): Promise<Datagram>;
}

/** The sockets of one machine of a network, moved by the test. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #receivers = new Map<number, (notice: PeerNotice) => void>();
  #ids = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** `spawn` starts the program in the namespace of the machine, with pipes for standard input and output. */
  static async start(spawn: (command: string, args: readonly string[]) => ChildProcess): Promise<Peer> {
    const child = spawn(process.execPath, ["--import", "tsx", program]);
    const peer = new Peer(child);
    if (child.stdout === null) throw new Error("expected a pipe");
    // It was ended with its machine; what it is still told is lost with it.
    child.stdin?.on("error", () => undefined);
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`a peer of the network ended with ${code}`)));
      lines.on("line", (line) => {
        const notice: PeerNotice = JSON.parse(line);
        if (notice.on === "ready") resolve();
        else peer.#receivers.get(notice.id)?.(notice);
      });
    });
    return peer;
  }

  /** A connection that may still be under way: see RemoteSocket.connected. `from`: the own address to use. */
  dial(host: string, port: number, from?: string): RemoteSocket {
    const socket = this.#adopt(this.#nextId());
    this.#tell({ do: "connect", id: socket.id, host, port, ...(from === undefined ? {} : { from }) });
    return socket;
  }

  connect(host: string, port: number, from?: string): Promise<RemoteSocket> {
    return this.dial(host, port, from).connected();
  }

  async listen(port: number, host = "::"): Promise<RemoteServer> {
    const id = this.#nextId();
    const connections: RemoteSocket[] = [];
    const watchers = new Set<() => void>();
    const accepters = new Set<(socket: RemoteSocket) => void>();
    await this.#bind(id, { do: "listen", id, host, port }, (notice) => {
      if (notice.on !== "accepted") return;
      const socket = this.#adopt(notice.socket, notice);
      connections.push(socket);
      for (const accept of accepters) accept(socket);
      for (const watcher of watchers) watcher();
    });
    return {
      connections,
      connection: (wanted = () => true) => until(watchers, () => connections.find(wanted)),
      onConnection(accept) {
        accepters.add(accept);
        return () => accepters.delete(accept);
      },
      close: () => this.#tell({ do: "unlisten", id }),
    };
  }

  async datagrams(port: number, host = "::"): Promise<RemoteDatagrams> {
    const id = this.#nextId();
    const datagrams: Datagram[] = [];
    const watchers = new Set<() => void>();
    await this.#bind(id, { do: "datagrams", id, host, port }, (notice) => {
      if (notice.on !== "datagram") return;
      datagrams.push({ data: Buffer.from(notice.data, "base64"), address: notice.address, port: notice.port });
      for (const watcher of watchers) watcher();
    });
    return {
      datagrams,
      send: (data, to, at) => this.#tell({ do: "send", id, host: to, port: at, data: data.toString("base64") }),
      datagram: (wanted = () => true) => until(watchers, () => datagrams.find(wanted)),
    };
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  #bind(id: number, command: PeerCommand, then: (notice: PeerNotice) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#receivers.set(id, (notice) => {
        if (notice.on === "bound") resolve();
        else if (notice.on === "failed") reject(new Error(`a peer of the network cannot listen: ${notice.code}`));
        else then(notice);
      });
      this.#tell(command);
    });
  }

  #adopt(id: number, accepted?: PeerNotice & { readonly on: "accepted" }): RemoteSocket {
    const socket = new RemoteSocket(id, (command) => this.#tell(command), accepted?.ends);
    this.#receivers.set(id, (notice) => socket.learn(notice));
    return socket;
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  #tell(command: PeerCommand): void {
    if (this.#child.stdin?.writable === true) this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }
}
