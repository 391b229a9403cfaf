import { randomBytes } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { Protocol } from "../model/protocol.js";
import type { EpochMs } from "../model/time.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { KeyedPseudonyms, type ReplacedCounts } from "./pseudonyms.js";
import { readRecordings } from "./read-recordings.js";
import { RecordingCopy } from "./recording-copy.js";

export interface AnonymizingOptions {
  readonly protocols: readonly Protocol[];
  /** What the user says that all of it is. */
  readonly given?: Protocol;
  /** True: bytes that make no frame stay, but for the originals that are found in them. Default: they become zeros. */
  readonly keepsUnframed?: boolean;
  /** The time that what has none was recorded at. */
  readonly now: EpochMs;
  /** Program that writes the copy, with its version. */
  readonly application?: string;
  /** 32 bytes that the stand-ins follow from. Default: random ones, so that no two copies have the same. */
  readonly key?: Uint8Array;
}

export interface AnonymizedCopy {
  readonly replaced: ReplacedCounts;
  readonly legs: number;
  /** Of these, legs whose payload is left out. */
  readonly unreadableLegs: number;
  /** Bytes that became zeros because they make no frame. */
  readonly blankedBytes: number;
  /** What of the recordings could not be read, with its place. */
  readonly faults: readonly string[];
}

/**
 * Writes a pcapng file that tells what the recordings tell, of devices that nobody knows. They are read twice: what one place shows is
 * found in all others. `output` must be new. Throws CloudtapError USAGE and CAPTURE_FAILED; nothing is left behind then.
 */
export async function anonymizeRecordings(
  inputs: readonly string[],
  output: string,
  options: AnonymizingOptions,
): Promise<AnonymizedCopy> {
  if (inputs.includes("-"))
    throw new CloudtapError("USAGE", "expected files, which are read twice, found standard input");
  const file = await create(output);
  try {
    return await writeCopy(inputs, file, options).finally(() => file.close());
  } catch (error) {
    await rm(output, { force: true });
    throw error instanceof CloudtapError ? error : failed(`${output}: ${describeError(error)}`, error);
  }
}

/** One file to another. */
export async function anonymizeFile(
  input: string,
  output: string,
  options: AnonymizingOptions,
): Promise<AnonymizedCopy> {
  return anonymizeRecordings([input], output, options);
}

async function writeCopy(
  inputs: readonly string[],
  file: FileHandle,
  options: AnonymizingOptions,
): Promise<AnonymizedCopy> {
  const pseudonyms = new KeyedPseudonyms(options.key ?? randomBytes(32));
  const { protocols, given, keepsUnframed = false, application = "Cloudtap" } = options;
  const create = (isRehearsal: boolean): RecordingCopy =>
    new RecordingCopy({
      ...{ protocols, pseudonyms, keepsUnframed, application, isRehearsal },
      ...(given === undefined ? {} : { given }),
    });
  // What is collected in the first pass is found everywhere in the second.
  await pass(inputs, create(true), options, async () => undefined);
  const copy = create(false);
  const faults = await pass(inputs, copy, options, async (blocks) => {
    if (blocks.length > 0) await file.writeFile(Buffer.concat(blocks));
  });
  return { replaced: pseudonyms.counts, ...copy.counts, faults };
}

async function pass(
  inputs: readonly string[],
  copy: RecordingCopy,
  { protocols, now }: AnonymizingOptions,
  write: (blocks: readonly Uint8Array[]) => Promise<void>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  await write(copy.begin());
  for await (const { items } of readRecordings(inputs, { protocols, now: () => now })) {
    const blocks: Uint8Array[] = [];
    for (const item of items) {
      if (item.type === "broken") faults.push(item.message);
      else if (item.type !== "notice") for (const block of copy.take(item)) blocks.push(block);
    }
    await write(blocks);
  }
  await write(copy.end());
  return faults;
}

/** Throws where a file of this name is there already: it could be one that is to be read. */
async function create(output: string): Promise<FileHandle> {
  try {
    return await open(output, "wx", 0o600);
  } catch (error) {
    throw new CloudtapError("USAGE", `expected a new file to write to, found: ${describeError(error)}`, {}, error);
  }
}

function failed(message: string, cause: unknown): CloudtapError {
  return new CloudtapError("CAPTURE_FAILED", message, {}, cause);
}
