import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { keysSuffix, openSuffix } from "./file-names.js";
import type { Section } from "./section.js";

export interface CaptureFileOptions {
  readonly directory: string;
  readonly name: string;
  readonly section: Section;
  /** The most that it may become, the secrets beside it included. */
  readonly maxBytes: number;
}

/** Of the device leg and of the cloud leg. */
export type PacketCounts = [device: number, cloud: number];

/** What the end of a section takes. */
const endBytes = 1024;

/** One file that is being written: packets wait in memory until `drain` is called. */
export class CaptureFile {
  readonly name: string;
  readonly section: Section;
  readonly maxBytes: number;
  readonly #path: string;
  readonly #begin: readonly Uint8Array[];
  #file: FileHandle | undefined;
  #keysFile: FileHandle | undefined;
  #waiting: Uint8Array[] = [];
  #waitingKeys: Uint8Array[] = [];
  /** By interface. */
  #waitingPackets: PacketCounts = [0, 0];
  #waitingBytes = 0;
  #bytes = 0;
  #writtenBytes = 0;
  /** Nothing more will be put. */
  isEnded = false;
  /** It is on disk, or on its way there. */
  isBegun = false;

  constructor({ directory, name, section, maxBytes }: CaptureFileOptions) {
    this.name = name;
    this.section = section;
    this.maxBytes = maxBytes;
    this.#path = join(directory, name);
    this.#begin = section.begin();
    for (const { length } of this.#begin) this.#bytes += length;
  }

  /** What it is to be, the secrets beside it included. */
  get bytes(): number {
    return this.#bytes;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** True: so many more bytes find their place. An empty file takes anything. */
  hasRoom(bytes: number): boolean {
    return this.section.packets === 0 || this.#bytes + bytes + endBytes <= this.maxBytes;
  }

  /** Of a packet: one more of its interface waits. */
  putPacket(pieces: readonly Uint8Array[], place: 0 | 1): void {
    this.#waitingPackets[place] += 1;
    this.put(pieces);
  }

  put(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#waiting.push(piece);
      this.#waitingBytes += piece.length;
      this.#bytes += piece.length;
    }
  }

  /** For the file of secrets beside it. */
  putKeys(lines: readonly Uint8Array[]): void {
    for (const line of lines) {
      this.#waitingKeys.push(line);
      this.#bytes += line.length;
    }
  }

  /** Writes what waits. Rejects with errors of the file system. */
  async drain(): Promise<void> {
    const file = this.#file ?? (await this.#open());
    const pieces = this.#waiting;
    const bytes = this.#waitingBytes;
    const [device, cloud] = this.#waitingPackets;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#waitingPackets = [0, 0];
    try {
      await writeAll(file, pieces);
    } catch (error) {
      // So that they are counted with those that came meanwhile.
      this.#waitingPackets = [this.#waitingPackets[0] + device, this.#waitingPackets[1] + cloud];
      throw error;
    }
    this.#writtenBytes += bytes;
    if (this.#waitingKeys.length === 0) return;
    const keys = this.#waitingKeys;
    this.#waitingKeys = [];
    this.#keysFile ??= await open(this.#path + keysSuffix, "ax", 0o600);
    await writeAll(this.#keysFile, keys);
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0 || this.#waitingKeys.length > 0;
  }

  /** Lets go of the packets that wait; the section counts them as dropped. How many they were. */
  discardWaiting(): number {
    const [device, cloud] = this.#waitingPackets;
    this.section.lost(this.#waitingPackets);
    this.#waiting = [];
    this.#waitingKeys = [];
    this.#waitingPackets = [0, 0];
    this.#bytes -= this.#waitingBytes;
    this.#waitingBytes = 0;
    return device + cloud;
  }

  /** Ends the section and gives the file its name. False: nothing of it ever came to the disk. */
  async finish(): Promise<boolean> {
    if (this.#file === undefined) return false;
    this.put(this.section.end());
    await this.drain();
    await this.#close();
    await rename(this.#path + openSuffix, this.#path);
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
    if (this.#writtenBytes > 0) await rename(this.#path + openSuffix, this.#path);
    else await rm(this.#path + openSuffix, { force: true });
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path + openSuffix, "wx", 0o600);
    this.#file = file;
    await writeAll(file, this.#begin);
    for (const { length } of this.#begin) this.#writtenBytes += length;
    return file;
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
