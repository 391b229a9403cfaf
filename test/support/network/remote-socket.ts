import { Duplex } from "node:stream";
import { until } from "../../integration/until.js";
import type { Ends, PeerCommand, PeerNotice } from "./peer-words.js";

/** A TCP socket of a machine in another namespace; TLS can be laid over it. */
export class RemoteSocket extends Duplex {
  readonly id: number;
  /** All bytes that came. */
  readonly chunks: Buffer[] = [];
  /** How the other side finished: `open` as long as it has not. */
  ending: "open" | "fin" | "reset" = "open";
  /** Why the connection failed, as the operating system names it. */
  failure: string | undefined;
  isClosed = false;
  readonly #tell: (command: PeerCommand) => void;
  readonly #watchers = new Set<() => void>();
  #ends: Ends | undefined;

  constructor(id: number, tell: (command: PeerCommand) => void, ends?: Ends) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.#tell = tell;
    this.#ends = ends;
    // A failure is looked at in `failure`.
    this.on("error", () => undefined);
  }

  /** The addresses of both ends, as this machine sees them. */
  get ends(): Ends {
    if (this.#ends === undefined) throw new Error("expected a connection");
    return this.#ends;
  }

  /** All bytes that came. */
  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  learn(notice: PeerNotice): void {
    if (notice.on === "connected") {
      this.#ends = notice.ends;
      this.emit("connect");
    } else if (notice.on === "data") {
      this.chunks.push(Buffer.from(notice.data, "base64"));
      this.push(Buffer.from(notice.data, "base64"));
    } else if (notice.on === "finished") {
      if (this.ending === "open") this.ending = "fin";
      this.push(null);
    } else if (notice.on === "failed") {
      this.ending = "reset";
      this.failure = notice.code;
      this.destroy(Object.assign(new Error(notice.code), { code: notice.code }));
    } else if (notice.on === "closed") {
      this.isClosed = true;
      this.destroy();
    }
    for (const watcher of this.#watchers) watcher();
  }

  async waitFor(wanted: (socket: RemoteSocket) => boolean): Promise<RemoteSocket> {
    await until(this.#watchers, () => (wanted(this) ? true : undefined));
    return this;
  }

  /** Resolves once the connection is up; rejects with what the operating system says. */
  async connected(): Promise<RemoteSocket> {
    await this.waitFor((socket) => socket.#ends !== undefined || socket.failure !== undefined || socket.isClosed);
    if (this.#ends === undefined) throw new Error(`cannot connect: ${this.failure}`);
    return this;
  }

  /** Resolves once the socket is gone, whoever ended it. */
  over(): Promise<RemoteSocket> {
    return this.waitFor(({ isClosed }) => isClosed);
  }

  /** RST. */
  reset(): void {
    this.#tell({ do: "reset", id: this.id });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#tell({ do: "write", id: this.id, data: chunk.toString("base64") });
    done();
  }

  override _final(done: () => void): void {
    this.#tell({ do: "finish", id: this.id });
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.isClosed) this.#tell({ do: "destroy", id: this.id });
    done(error);
  }
}
