import { type FileHandle, open, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { suggestion } from "../config/nearest.js";
import { wholeBlocks } from "../recording/whole-blocks.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Arguments } from "./arguments.js";
import { secretsWarning } from "./capture-answers.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

/** Makes an anonymized copy of a recording, says what it did, and returns the exit code. Throws CloudtapError. */
export type Anonymize = (input: string, output: string, context: CommandContext) => Promise<number>;

const finished = ".pcapng";
/** What is behind the name of a file that is being written. */
const growing = ".part";

/**
 * `cloudtap capture export`: copies a file out of the folder of captures, also where no Cloudtap runs. Throws CloudtapError
 * CAPTURE_FAILED, with the nearest name where there is none such.
 */
export async function exportCapture(
  given: Arguments,
  context: CommandContext,
  anonymize: Anonymize = anonymizeRecording,
): Promise<number> {
  const [name = "", out = ""] = given.operands;
  const { configuration } = await loadSources(given, context);
  const { directory, redact } = configuration.capture;
  const source = await findCapture(directory, name);
  const target = await placeFor(out, basename(source, growing));
  const isRaw = given.options.has("raw") || !redact;
  if (!isRaw) return copyAnonymized(source, target, (from) => anonymize(from, target, context));
  await copyCapture(source, target);
  context.out.write(`Copied ${basename(source)} to ${target}.\n`);
  context.err.write(`${secretsWarning}\n`);
  return 0;
}

/** Names begin with the time, so that they sort by it. */
async function findCapture(directory: string, name: string): Promise<string> {
  const names = (await listing(directory)).filter(
    (file) => file.endsWith(finished) || file.endsWith(finished + growing),
  );
  const wanted = basename(name);
  const found =
    name === "newest"
      ? names.toSorted().at(-1)
      : ["", finished, growing, finished + growing]
          .map((ending) => wanted + ending)
          .find((file) => names.includes(file));
  if (found !== undefined) return join(directory, found);
  const what = name === "newest" ? "no capture" : `no capture ${name}`;
  throw failed(`there is ${what} in ${directory}${suggestion(name, names)}; cloudtap capture list shows them`);
}

async function listing(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw failed(`the folder of captures cannot be read: ${describeError(error)}`);
  }
}

async function placeFor(out: string, name: string): Promise<string> {
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(out, name) : out;
}

/** Of a file that is being written all blocks that are there. */
async function copyCapture(source: string, target: string): Promise<void> {
  const from = await opened(source, "r", "expected a readable capture");
  try {
    const to = await opened(target, "wx", "expected a new file to write to");
    try {
      const chunks = from.createReadStream({ autoClose: false });
      for await (const bytes of source.endsWith(growing) ? wholeBlocks(chunks, basename(source)) : chunks)
        await to.writeFile(bytes);
    } catch (error) {
      await rm(target, { force: true });
      throw error instanceof CloudtapError ? error : failed(`${target}: ${describeError(error)}`);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** A file that is being written is read from a copy, which has an end. */
async function copyAnonymized(
  source: string,
  target: string,
  anonymize: (from: string) => Promise<number>,
): Promise<number> {
  await (await opened(target, "wx", "expected a new file to write to")).close();
  await rm(target);
  if (!source.endsWith(growing)) return anonymize(source);
  const copy = `${target}.raw`;
  await copyCapture(source, copy);
  try {
    return await anonymize(copy);
  } finally {
    await rm(copy, { force: true });
  }
}

async function opened(path: string, flags: "r" | "wx", expected: string): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    throw failed(`${expected}, found: ${describeError(error)}`);
  }
}

const anonymizeRecording: Anonymize = async (input, output, context) => {
  const { writeAnonymizedCopy } = await import("./decode-anonymize.js");
  const protocols = await context.protocols();
  return writeAnonymizedCopy({ files: [input], output, protocols, keepsUnframed: false }, context);
};

function failed(message: string): CloudtapError {
  return new CloudtapError("CAPTURE_FAILED", message);
}
