import { mkdir, open, readdir, rename, rm, stat, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type CaptureFile, growingSuffix } from "../../model/capture.js";
import type { EpochMs } from "../../model/time.js";
import type { Clock } from "../../runtime/clock.js";
import { ifThere } from "../../runtime/system-errors.js";
import { endOfLastBlock } from "./block-end.js";
import { finishedName, isCaptureFile, keysSuffix } from "./file-names.js";

export interface CaptureFolderOptions {
  readonly directory: string;
  /** Of all capture files, open ones with the most that they may become. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

interface FinishedFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: EpochMs;
}

/** The folder of the captures, within its limits of size and age. Its methods reject with errors of the file system. */
export class CaptureFolder {
  readonly directory: string;
  readonly #options: CaptureFolderOptions;
  readonly #clock: Clock;
  readonly #reserved = new Map<string, number>();
  /** Of finished files, secrets beside them included; oldest first. Looked up now and then, for it is asked for at every file. */
  #finished: readonly FinishedFile[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CaptureFolderOptions, clock: Clock) {
    this.directory = options.directory;
    this.#options = options;
    this.#clock = clock;
  }

  /** Makes it, mends what an earlier run left unfinished, and removes what is too old or too much. */
  prepare(): Promise<void> {
    return this.#inTurn(async () => {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      for (const name of await this.#names()) {
        if (name.endsWith(growingSuffix) && !this.#isOpen(name)) await this.#mend(name);
      }
      await this.#lookUp();
      await this.#prune();
    });
  }

  /** Makes room for a file that may become so large. */
  reserve(name: string, bytes: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#reserved.set(name, bytes);
      await this.#prune();
    });
  }

  /** The file has its size, or was given up with it. */
  finished(name: string, bytes: number): void {
    this.#reserved.delete(name);
    this.#finished = [...this.#finished, { name, bytes, changedAt: this.#clock.now() }];
  }

  /** Looks anew at what is there, and removes what is too old or too much. */
  prune(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#lookUp();
      await this.#prune();
    });
  }

  /** Rejects where nothing of that size can be written at present. */
  async probe(bytes: number): Promise<void> {
    await this.prepare();
    const { bavail, bsize } = await statfs(this.directory);
    if (bavail * bsize < bytes) throw new Error(`expected ${bytes} bytes of free space, found ${bavail * bsize}`);
    const path = join(this.directory, ".cloudtap-probe");
    const file = await open(path, "w", 0o600);
    try {
      await file.write(Buffer.alloc(4096, 1));
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  }

  /** Oldest first. Files that vanish meanwhile are left out; secrets beside a capture are no files of their own. */
  async list(): Promise<readonly CaptureFile[]> {
    const files: CaptureFile[] = [];
    for (const name of await this.#names()) {
      if (name.endsWith(keysSuffix)) continue;
      const found = await ifThere(stat(join(this.directory, name)));
      if (found === undefined) continue;
      const { size, mtimeMs } = found;
      files.push({
        name,
        bytes: size,
        changedAt: Math.floor(mtimeMs) as EpochMs,
        isOpen: name.endsWith(growingSuffix),
      });
    }
    return files;
  }

  #isOpen(name: string): boolean {
    return this.#reserved.has(finishedName(name));
  }

  async #names(): Promise<readonly string[]> {
    const names = (await ifThere(readdir(this.directory))) ?? [];
    return names.filter(isCaptureFile).toSorted();
  }

  /** What a crash cut off in the middle of a packet ends before it. */
  async #mend(name: string): Promise<void> {
    const path = join(this.directory, name);
    const file = await open(path, "r+");
    let end: number;
    try {
      const { size } = await file.stat();
      end = await endOfLastBlock(size, async (offset, length) => {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      });
      await file.truncate(end);
    } finally {
      await file.close();
    }
    if (end === 0) await rm(path);
    else await rename(path, join(this.directory, finishedName(name)));
  }

  async #lookUp(): Promise<void> {
    const before = this.#finished;
    await this.#removeStraySecrets();
    const files = (await this.list()).filter(({ name }) => !this.#isOpen(name));
    const found = await Promise.all(
      files.map(async ({ name, bytes, changedAt }) => {
        const keys = await ifThere(stat(join(this.directory, name + keysSuffix)));
        return { name, changedAt, bytes: bytes + (keys?.size ?? 0) };
      }),
    );
    const names = new Set(found.map(({ name }) => name));
    const meanwhile = this.#finished.filter((file) => !before.includes(file) && !names.has(file.name));
    this.#finished = [...found, ...meanwhile];
  }

  /** Whoever removes a capture by hand means its secrets too. */
  async #removeStraySecrets(): Promise<void> {
    const names = await this.#names();
    for (const name of names.filter((one) => one.endsWith(keysSuffix))) {
      const capture = name.slice(0, -keysSuffix.length);
      if (names.includes(capture) || names.includes(capture + growingSuffix) || this.#isOpen(capture)) continue;
      await rm(join(this.directory, name), { force: true });
    }
  }

  async #prune(): Promise<void> {
    const oldestMs = this.#clock.now() - this.#options.maxAgeMs;
    const reserved = [...this.#reserved.values()].reduce((sum, bytes) => sum + bytes, 0);
    const room = this.#options.maxBytes - reserved;
    let used = this.#finished.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const file of this.#finished) {
      if (used <= room && file.changedAt >= oldestMs) continue;
      used -= file.bytes;
      await ifThere(unlink(join(this.directory, file.name)));
      await ifThere(unlink(join(this.directory, file.name + keysSuffix)));
      // Others may have been finished meanwhile.
      this.#finished = this.#finished.filter((other) => other !== file);
    }
  }

  /** One after the other, so that two never make room for themselves at once. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
