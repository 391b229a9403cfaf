import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { suggestion } from "../config/nearest.js";
import { captureSuffix, growingSuffix } from "../model/capture.js";
import { copyAnonymized, copyCapture } from "../recording/capture-copy.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Arguments } from "./arguments.js";
import { secretsWarning } from "./capture-answers.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

/** Makes an anonymized copy of a recording, says what it did, and returns the exit code. Throws CloudtapError. */
export type Anonymize = (input: string, output: string, context: CommandContext) => Promise<number>;

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
  const target = await placeFor(out, basename(source, growingSuffix));
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
    (file) => file.endsWith(captureSuffix) || file.endsWith(captureSuffix + growingSuffix),
  );
  const wanted = basename(name);
  const found =
    name === "newest"
      ? names.toSorted().at(-1)
      : ["", captureSuffix, growingSuffix, captureSuffix + growingSuffix]
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

const anonymizeRecording: Anonymize = async (input, output, context) => {
  const { writeAnonymizedCopy } = await import("./decode-anonymize.js");
  const protocols = await context.protocols();
  return writeAnonymizedCopy({ files: [input], output, protocols, keepsUnframed: false }, context);
};

function failed(message: string): CloudtapError {
  return new CloudtapError("CAPTURE_FAILED", message);
}
