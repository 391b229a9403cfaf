import type { EpochUs } from "../../model/recording.js";
import { CaptureFile, type PacketCounts } from "./capture-file.js";
import type { CaptureFolder } from "./capture-folder.js";
import { captureFileName } from "./file-names.js";
import type { Health } from "./health.js";
import type { CapturedSession, Moment } from "./moment.js";
import { Section, type SectionOptions } from "./section.js";
import type { PacketOutput } from "./take.js";

export interface FileOutputOptions extends SectionOptions {
  /** What is captured; a part of the names. */
  readonly label: string;
  readonly fileBytes: number;
  /** A file that is older is finished. */
  readonly fileAgeMs: number;
  /** Secrets stand in a file beside each capture. */
  readonly hasKeyFiles: boolean;
}

export interface FileOutputPorts {
  readonly folder: CaptureFolder;
  readonly health: Health;
  now(): EpochUs;
  /** Of the process: makes names unlike. */
  nextNumber(): number;
}

/** What may wait for the disk; where more comes, what waits is dropped, for the newest is wanted most. */
const waitingLimitBytes = 16 * 1024 * 1024;
const finishingLimit = 4;

/** A capture on disk: one file after the other. Packets wait in memory, bounded, and never keep anybody waiting. */
export class FileOutput implements PacketOutput {
  readonly #options: FileOutputOptions;
  readonly #ports: FileOutputPorts;
  /** The last is being filled, those before it are being written. */
  readonly #files: CaptureFile[] = [];
  #openedAt = 0;
  /** Packets were dropped: what follows stands in a file of its own, so that no stream has a hole. */
  #hasGap = false;
  captured = 0;
  dropped = 0;
  /** Of files that never came to be, or of none; the next one that is finished tells of them. */
  #untold: PacketCounts = [0, 0];
  #writing: Promise<void> | undefined;
  /** Files that get their end and their name while the next one is written. */
  readonly #finishing = new Set<Promise<void>>();

  constructor(options: FileOutputOptions, ports: FileOutputPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  write(session: CapturedSession, moment: Moment): void {
    if (this.#ports.health.problem !== undefined) {
      this.#hasGap = true;
      this.dropped += 1;
      this.#untold[moment.leg.leg.options.interface] += 1;
      return;
    }
    if (this.#waitingBytes > waitingLimitBytes) this.#discardWaiting();
    const mostBytes = mostBytesOf(session, moment.packet);
    const file = this.#fileFor(moment, mostBytes);
    file.put(session, withCommentsOfNow(moment), mostBytes);
    this.captured += 1;
    this.#startWriting();
  }

  secret(session: CapturedSession, line: Uint8Array): void {
    const file = this.#files.at(-1);
    if (file === undefined || file.isEnded || !file.section.holds(session)) return;
    file.putSecret(line);
    this.#startWriting();
  }

  async stop(): Promise<void> {
    const present = this.#files.at(-1);
    if (present !== undefined) present.isEnded = true;
    this.#startWriting();
    await this.#writing;
    await Promise.all(this.#finishing);
  }

  get #waitingBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.waitingBytes, 0);
  }

  /** The disk is too slow. A file of which nothing is written never comes to be. */
  #discardWaiting(): void {
    for (const file of this.#files) {
      this.#discard(file);
      if (!file.isBegun) this.#tellLater(file);
    }
    this.#hasGap = true;
    const begun = this.#files.filter((file) => file.isBegun);
    this.#files.splice(0, this.#files.length, ...begun);
    for (const file of begun) file.isEnded = true;
  }

  #discard(file: CaptureFile): void {
    const packets = file.discardWaiting();
    this.captured -= packets;
    this.dropped += packets;
  }

  /** Its own end does not get to the disk. */
  #tellLater({ section }: CaptureFile): void {
    const [device, cloud] = section.droppedPackets;
    this.#untold = [this.#untold[0] + device, this.#untold[1] + cloud];
  }

  /** The file that the packet goes to; a new one where the present one is full, old, or would have a hole. */
  #fileFor({ packet }: Moment, mostBytes: number): CaptureFile {
    const { fileBytes, fileAgeMs, label, hasKeyFiles } = this.#options;
    const { now, nextNumber, folder } = this.#ports;
    const at = now();
    const present = this.#files.at(-1);
    const isFresh = at - this.#openedAt < fileAgeMs * 1000;
    if (present !== undefined && !present.isEnded && isFresh && !this.#hasGap && present.hasRoom(mostBytes))
      return present;
    if (present !== undefined) present.isEnded = true;
    this.#hasGap = false;
    this.#openedAt = at;
    const section = new Section(this.#options, packet.at);
    const name = captureFileName(at, nextNumber(), label);
    const { directory } = folder;
    const file = new CaptureFile({ directory, name, section, maxBytes: fileBytes, hasKeys: hasKeyFiles });
    this.#files.push(file);
    return file;
  }

  #startWriting(): void {
    this.#writing ??= this.#writeAll();
  }

  /** Never rejects. Nothing is awaited between the last look at what waits and its end. */
  async #writeAll(): Promise<void> {
    const { folder } = this.#ports;
    // So that it cannot end before it is known to have begun.
    await Promise.resolve();
    for (let file = this.#files[0]; file !== undefined && (file.hasWaiting || file.isEnded); file = this.#files[0]) {
      try {
        if (!file.isBegun) {
          file.isBegun = true;
          await folder.reserve(file.name, file.maxBytes);
        }
        while (file.hasWaiting) await file.drain();
        if (!file.isEnded) break;
      } catch (error) {
        await this.#giveUp(this.#files.splice(0), error);
        break;
      }
      this.#files.shift();
      const finished = this.#finish(file).finally(() => this.#finishing.delete(finished));
      this.#finishing.add(finished);
      if (this.#finishing.size > finishingLimit) await finished;
    }
    this.#writing = undefined;
  }

  /** Never rejects. */
  async #finish(file: CaptureFile): Promise<void> {
    file.section.droppedElsewhere(this.#untold);
    this.#untold = [0, 0];
    try {
      const exists = await file.finish();
      if (!exists) this.#tellLater(file);
      this.#ports.folder.finished(file.name, exists ? file.bytes : 0);
    } catch (error) {
      await this.#giveUp([file], error);
    }
  }

  /** What is on disk already stays; what waits is lost. */
  async #giveUp(files: readonly CaptureFile[], error: unknown): Promise<void> {
    this.#ports.health.failed(error);
    this.#hasGap = true;
    for (const file of files) {
      this.#discard(file);
      this.#tellLater(file);
      // The disk has failed already, and that was said.
      await file.giveUp().catch(() => undefined);
      this.#ports.folder.finished(file.name, file.bytes);
    }
  }
}

/** What is said of it later would take more room than was counted. */
function withCommentsOfNow(moment: Moment): Moment {
  const { packet } = moment;
  return { ...moment, packet: { ...packet, comments: [...packet.comments] } };
}

/** In UTF-8 a character of a comment takes three bytes at most; secrets may stand in two places. */
function mostBytesOf({ secrets }: CapturedSession, { payload, comments }: Moment["packet"]): number {
  const texts = comments.reduce((sum, { length }) => sum + 3 * length + 8, 0);
  return payload.length + 4096 + texts + secrets.reduce((sum, line) => sum + 2 * line.length, 0);
}
