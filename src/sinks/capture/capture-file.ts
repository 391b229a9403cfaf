import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { growingSuffix } from "../../model/capture.js";
import { keysSuffix } from "./file-names.js";
import type { CapturedSession, Moment } from "./moment.js";
import type { Section } from "./section.js";

export interface CaptureFileOptions {
  readonly directory: string;
  readonly name: string;
  readonly section: Section;
  /** The most that it may become, the secrets beside it included. */
  readonly maxBytes: number;
  /** Secrets stand in a file beside it. */
  readonly hasKeys: boolean;
}

/** Of the device leg and of the cloud leg. */
export type PacketCounts = [device: number, cloud: number];

/** What is made into blocks only when the disk has time for it: much of it may be let go of before. */
type Waiting =
  | { readonly type: "packet"; readonly session: CapturedSession; readonly moment: Moment; readonly mostBytes: number }
  | { readonly type: "secret"; readonly line: Uint8Array; readonly mostBytes: number };

/** What the end of a section takes. */
const endBytes = 1024;
/** So much is made and written at once, for nothing else happens while it is made. */
const batchBytes = 8 * 1024 * 1024;

/** One file that is being written: packets wait in memory until `drain` is called. */
export class CaptureFile {
  readonly name: string;
  readonly section: Section;
  readonly maxBytes: number;
  readonly #path: string;
  readonly #hasKeys: boolean;
  readonly #begin: readonly Uint8Array[];
  #file: FileHandle | undefined;
  #keysFile: FileHandle | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isEmpty = true;
  /** Made, and not written for a fault of the disk. */
  #failed: PacketCounts = [0, 0];
  #bytes = 0;
  #writtenBytes = 0;
  /** Nothing more will be put. */
  isEnded = false;
  /** It is on disk, or on its way there. */
  isBegun = false;

  constructor({ directory, name, section, maxBytes, hasKeys }: CaptureFileOptions) {
    this.name = name;
    this.section = section;
    this.maxBytes = maxBytes;
    this.#path = join(directory, name);
    this.#hasKeys = hasKeys;
    this.#begin = section.begin();
    this.#bytes = sizeOf(this.#begin);
  }

  /** What it is to be at most, the secrets beside it included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** At most. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** True: so many more bytes find their place. An empty file takes anything. */
  hasRoom(bytes: number): boolean {
    return this.#isEmpty || this.#bytes + bytes + endBytes <= this.maxBytes;
  }

  /** `mostBytes`: what the packet may take in the file and beside it, with its comments and secrets. */
  put(session: CapturedSession, moment: Moment, mostBytes: number): void {
    this.#isEmpty = false;
    this.#push({ type: "packet", session, moment, mostBytes });
  }

  /** A line of secrets of a session whose packets stand in it already. */
  putSecret(line: Uint8Array): void {
    this.#push({ type: "secret", line, mostBytes: 2 * line.length + 64 });
  }

  /** Writes some of what waits. Rejects with errors of the file system. */
  async drain(): Promise<void> {
    const file = this.#file ?? (await this.#open());
    const { pieces, keys, packets } = this.#make();
    try {
      await writeAll(file, pieces);
      this.#writtenBytes += sizeOf(pieces);
      if (keys.length === 0) return;
      this.#keysFile ??= await open(this.#path + keysSuffix, "ax", 0o600);
      await writeAll(this.#keysFile, keys);
    } catch (error) {
      this.#failed = packets;
      throw error;
    }
  }

  /** Lets go of the packets that wait; the section counts them as dropped. How many they were. */
  discardWaiting(): number {
    const { section } = this;
    const [device, cloud] = this.#failed;
    section.lost(this.#failed);
    this.#failed = [0, 0];
    const moments = this.#waiting.flatMap((one) => (one.type === "packet" ? [one.moment] : []));
    for (const moment of moments) section.dropped(moment);
    this.#waiting = [];
    this.#bytes -= this.#waitingBytes;
    this.#waitingBytes = 0;
    return device + cloud + moments.length;
  }

  /** Ends the section and gives the file its name. False: nothing of it ever came to the disk. */
  async finish(): Promise<boolean> {
    if (this.#file === undefined) return false;
    const end = this.section.end();
    await writeAll(this.#file, end);
    this.#bytes += sizeOf(end);
    await this.#close();
    await rename(this.#path + growingSuffix, this.#path);
    return true;
  }

  /** Keeps what was written whole. */
  async giveUp(): Promise<void> {
    this.isEnded = true;
    this.discardWaiting();
    await this.#file?.truncate(this.#writtenBytes);
    const wasOpened = this.#file !== undefined;
    await this.#close();
    if (!wasOpened) return;
    if (this.#writtenBytes > 0) await rename(this.#path + growingSuffix, this.#path);
    else await rm(this.#path + growingSuffix, { force: true });
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path + growingSuffix, "wx", 0o600);
    this.#file = file;
    await writeAll(file, this.#begin);
    this.#writtenBytes = sizeOf(this.#begin);
    return file;
  }

  #push(one: Waiting): void {
    this.#waiting.push(one);
    this.#waitingBytes += one.mostBytes;
    this.#bytes += one.mostBytes;
  }

  /** Makes blocks of the oldest that waits. */
  #make(): Made {
    const made: Made = { pieces: [], keys: [], packets: [0, 0] };
    let mostBytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      if (mostBytes > batchBytes) break;
      mostBytes += one.mostBytes;
      count += 1;
      if (one.type === "secret") this.#makeSecrets([one.line], made);
      else {
        this.#makeSecrets(this.section.secretsOf(one.session), made);
        for (const piece of this.section.packet(one.session, one.moment)) made.pieces.push(piece);
        made.packets[one.moment.leg.leg.options.interface] += 1;
      }
    }
    this.#waiting = this.#waiting.slice(count);
    this.#waitingBytes -= mostBytes;
    this.#bytes += sizeOf(made.pieces) + sizeOf(made.keys) - mostBytes;
    return made;
  }

  #makeSecrets(lines: readonly Uint8Array[], { pieces, keys }: Made): void {
    pieces.push(...this.section.secretBlocks(lines));
    if (this.#hasKeys) keys.push(...lines);
  }

  async #close(): Promise<void> {
    const file = this.#file;
    const keysFile = this.#keysFile;
    this.#file = undefined;
    this.#keysFile = undefined;
    await keysFile?.close();
    await file?.close();
  }
}

interface Made {
  readonly pieces: Uint8Array[];
  readonly keys: Uint8Array[];
  readonly packets: PacketCounts;
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const { length } of pieces) bytes += length;
  return bytes;
}

/** A system call takes so many pieces at once. */
const piecesAtOnce = 1024;

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < pieces.length; at += piecesAtOnce) {
    let rest = pieces.slice(at, at + piecesAtOnce);
    while (rest.length > 0) {
      const { bytesWritten } = await file.writev(rest);
      rest = withoutFirst(rest, bytesWritten);
    }
  }
}

/** What is left of the pieces when so many bytes of them are gone. */
export function withoutFirst(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  let at = 0;
  for (; at < pieces.length; at += 1) {
    const length = pieces[at]?.length ?? 0;
    if (length > left) break;
    left -= length;
  }
  const [first, ...others] = pieces.slice(at);
  return first === undefined ? [] : [first.subarray(left), ...others];
}
