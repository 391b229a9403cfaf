import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { RecordingItem } from "../model/recording.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { bytesOf, type Following, growingBytes } from "./growing-file.js";
import type { RecordingFormat } from "./recording-format.js";
import { Recordings, type RecordingsOptions } from "./recordings.js";
import { unzipped } from "./unzipped.js";

export interface ReadOptions extends RecordingsOptions {
  /** What `-` stands for. */
  readonly input?: () => AsyncIterable<Uint8Array>;
  /** Goes on with the last file as it grows, and with the files that follow it. */
  readonly follow?: Following;
}

/** What some bytes of a file told. */
export interface RecordedBatch {
  readonly file: string;
  /** Undefined: not known yet, or not at all. */
  readonly format: RecordingFormat | undefined;
  readonly items: readonly RecordingItem[];
  /** Of the file, as it lies on the disk. */
  readonly bytesRead: number;
  /** Undefined: not known, as of standard input. */
  readonly fileBytes: number | undefined;
}

/**
 * Reads files of any kind, packed or not, one after the other as one recording. What is broken is told as an item, and reading goes
 * on behind it where that is possible. Throws CloudtapError USAGE where a file cannot be opened.
 */
export async function* readRecordings(
  files: readonly string[],
  options: ReadOptions,
): AsyncGenerator<RecordedBatch, void, undefined> {
  const recordings = new Recordings(options);
  let last: RecordedBatch | undefined;
  for (const [index, file] of files.entries()) {
    const follow = index === files.length - 1 ? options.follow : undefined;
    let next: string | undefined = file;
    while (next !== undefined) {
      const source = await openSource(next, options, follow);
      for await (const batch of batchesOf(source, recordings)) {
        last = { ...batch, items: [] };
        yield batch;
      }
      next = source.next();
    }
  }
  const items = recordings.end();
  if (last !== undefined && items.length > 0) yield { ...last, items };
}

interface Source {
  readonly name: string;
  readonly size: number | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The file that follows, once the bytes have come to their end. */
  next(): string | undefined;
  /** The user has seen enough: that the file ends in the middle is no fault of it. */
  isLeft(): boolean;
  close(): Promise<void>;
}

async function* batchesOf(source: Source, recordings: Recordings): AsyncGenerator<RecordedBatch, void, undefined> {
  const { name, size } = source;
  const recording = recordings.open(name);
  const counted = { bytes: 0 };
  const batch = (items: readonly RecordingItem[]): RecordedBatch => ({
    ...{ file: name, format: recording.format, items, bytesRead: counted.bytes, fileBytes: size },
  });
  let broken: RecordingItem | undefined;
  try {
    for await (const chunk of unzipped(counting(source.bytes, counted), name)) yield batch(recording.push(chunk));
  } catch (error) {
    broken = { type: "broken", message: readingFault(error, name) };
  } finally {
    await source.close();
  }
  const rest = recording.end().filter(({ type }) => type !== "broken" || !source.isLeft());
  yield batch([...(broken === undefined ? [] : [broken]), ...rest]);
}

function readingFault(error: unknown, name: string): string {
  if (error instanceof CloudtapError && error.code === "RECORDING_BROKEN") return error.message;
  if (error instanceof Error && "code" in error && "syscall" in error) return `${name}: ${error.message}`;
  throw error;
}

async function* counting(
  source: AsyncIterable<Uint8Array>,
  counted: { bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    counted.bytes += chunk.length;
    yield chunk;
  }
}

async function openSource(file: string, options: ReadOptions, follow: Following | undefined): Promise<Source> {
  if (file === "-" && options.input !== undefined) {
    const bytes = options.input();
    return { ...wholeFile, name: file, size: undefined, bytes, close: async () => undefined };
  }
  const handle = await openFile(file);
  const stats = await handle.stat();
  const close = (): Promise<void> => handle.close();
  const isGrowing = follow !== undefined && stats.isFile();
  const size = stats.isFile() && !isGrowing ? stats.size : undefined;
  if (!isGrowing) return { ...wholeFile, name: file, size, bytes: bytesOf(handle), close };
  const found: { next?: string | undefined } = {};
  const bytes = noting(growingBytes(handle, file, follow), (next) => {
    found.next = next;
  });
  return { name: file, size, bytes, next: () => found.next, isLeft: () => follow.signal.aborted, close };
}

const wholeFile = { next: () => undefined, isLeft: () => false } as const;

async function* noting(
  source: AsyncGenerator<Uint8Array, string | undefined, undefined>,
  note: (next: string | undefined) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  note(yield* source);
}

async function openFile(file: string): Promise<FileHandle> {
  let found: FileHandle;
  try {
    found = await open(file);
  } catch (error) {
    throw new CloudtapError("USAGE", `expected a readable file, found: ${describeError(error)}`, {}, error);
  }
  const stats = await found.stat();
  if (stats.isFile() || stats.isFIFO()) return found;
  await found.close();
  throw new CloudtapError("USAGE", `expected a file, found ${file}`);
}
