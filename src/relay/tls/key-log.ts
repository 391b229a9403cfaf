import { type FileHandle, open } from "node:fs/promises";
import type { TLSSocket } from "node:tls";
import { describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";

/** TLS secrets of connections, in the format of NSS that Wireshark reads. */
export interface KeyLog {
  /** To be told of a connection before its handshake. */
  watch(socket: TLSSocket): void;
  /** Writes what waits and closes the file. */
  stop(): Promise<void>;
}

/** Lines that wait for a slow disk; more are dropped. */
const waitingLimit = 10_000;

/**
 * Appends to the file at `path`, opened at the first secret and from then on for its owner alone (mode 0600). What cannot be written is said once and hurts no
 * connection.
 */
export function createKeyLog(path: string, log: Logger): KeyLog {
  return new FileKeyLog(path, log);
}

class FileKeyLog implements KeyLog {
  readonly #path: string;
  readonly #log: Logger;
  #lines: Buffer[] = [];
  #file: FileHandle | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  watch(socket: TLSSocket): void {
    socket.on("keylog", (line: Buffer) => {
      if (this.#lines.length < waitingLimit) this.#lines.push(line);
      this.#writing ??= this.#writeAll();
    });
  }

  async stop(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      this.#lines = [];
      await this.#write(Buffer.concat(lines));
    }
    this.#writing = undefined;
  }

  async #write(lines: Buffer): Promise<void> {
    try {
      this.#file ??= await this.#open();
      await this.#file.appendFile(lines);
      this.#failed = false;
    } catch (error) {
      if (!this.#failed)
        this.#log.error({ path: this.#path, reason: describeError(error) }, "TLS secrets are not kept");
      this.#failed = true;
    }
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path, "a", 0o600);
    try {
      // It may have been there before, readable by others.
      await file.chmod(0o600);
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#log.warn({ path: this.#path }, "TLS secrets are kept: who has this file can read the traffic");
    return file;
  }
}
