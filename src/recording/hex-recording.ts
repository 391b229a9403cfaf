import type { EpochUs, RecordedLeg, RecordingItem, RecordingReader } from "../model/recording.js";
import { parseHexLine } from "./hex-lines.js";

const lineFeed = 0x0a;
const longestLine = 32 * 1024 * 1024;
/** Of lines that are no hex, as many are told one by one. */
const toldLines = 20;

export interface TextRecordingOptions {
  /** Of the file, for what is broken. */
  readonly name: string;
  /** Unlike that of any other leg. */
  readonly id: string;
  now(): EpochUs;
}

/** Lines of hex digits, each one chunk: one session whose times are not known. */
export class HexRecording implements RecordingReader {
  readonly #options: TextRecordingOptions;
  readonly #leg: RecordedLeg;
  /** Of the line that is open. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #line = 0;
  #isOpen = false;
  #broken = 0;

  constructor(options: TextRecordingOptions) {
    this.#options = options;
    this.#leg = { id: options.id, client: nowhere, server: nowhere, isUndated: true };
  }

  push(chunk: Uint8Array): readonly RecordingItem[] {
    const items: RecordingItem[] = [];
    let from = 0;
    for (let feed = chunk.indexOf(lineFeed); feed >= 0; feed = chunk.indexOf(lineFeed, from)) {
      this.#keep(chunk.subarray(from, feed));
      items.push(...this.#endLine());
      from = feed + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return items;
  }

  end(): readonly RecordingItem[] {
    const items: RecordingItem[] = this.#pieceBytes > 0 ? [...this.#endLine()] : [];
    if (this.#broken > toldLines) {
      const more = this.#broken - toldLines;
      items.push({ type: "broken", message: `${this.#options.name}: ${more} more lines are no hex` });
    }
    if (this.#isOpen) items.push({ type: "closed", leg: this.#leg, at: this.#options.now() });
    this.#isOpen = false;
    return items;
  }

  /** Of a line that is too long, no more is kept than tells so. */
  #keep(piece: Uint8Array): void {
    if (this.#pieceBytes <= longestLine) this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  }

  #endLine(): readonly RecordingItem[] {
    this.#line += 1;
    const bytes = this.#pieceBytes;
    const [only, ...more] = this.#pieces;
    this.#pieceBytes = 0;
    this.#pieces = [];
    if (bytes > longestLine) return this.#fault(`expected at most ${longestLine} characters, found ${bytes}`);
    const joined = only === undefined || more.length > 0 ? Buffer.concat([only ?? new Uint8Array(0), ...more]) : only;
    const text = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength).toString("utf8");
    return this.#take(this.#line === 1 ? text.replace(/^\ufeff/, "") : text);
  }

  #take(text: string): readonly RecordingItem[] {
    const parsed = parseHexLine(text);
    if (parsed.type === "nothing") return [];
    if (parsed.type === "broken") return this.#fault(parsed.problem);
    const leg = this.#leg;
    const at = this.#options.now();
    const { direction, bytes } = parsed;
    const data: RecordingItem = { type: "data", leg, direction, bytes, at, place: this.#line };
    if (this.#isOpen) return [data];
    this.#isOpen = true;
    return [{ type: "opened", leg, at, complete: true }, data];
  }

  #fault(problem: string): readonly RecordingItem[] {
    this.#broken += 1;
    if (this.#broken > toldLines) return [];
    return [{ type: "broken", message: `${this.#options.name}, line ${this.#line}: ${problem}` }];
  }
}

/** Of what was recorded without addresses. */
export const nowhere = { address: "", port: 0 } as const;
