import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { isMissing, systemCodeOf } from "../runtime/system-errors.js";
import { applyEnvironment, type Environment } from "./environment.js";

const sizeLimitBytes = 1024 * 1024;

export interface ConfigurationSources {
  /** What `--config` named. */
  readonly file?: string;
  /** Read when `file` is absent and it exists: `/data/options.json` under the Supervisor. */
  readonly optionsFile: string;
  readonly environment: Environment;
}

/** The configuration as it is written down, unchecked. */
export interface FoundDocument {
  readonly document: unknown;
  /** The file that was read; undefined: there is none. */
  readonly file: string | undefined;
  /** Environment variable by the path of the key that it replaced. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where `data_dir` is absent. */
  readonly dataDir: string;
}

/** Makes a value of a file's text; undefined: there is nothing in it. */
export type ParseText = (text: string, file: string) => unknown;

/** Finds and reads the configuration, with the environment over it. Throws CloudtapError CONFIG_UNREADABLE, and what `parse` throws. */
export async function readDocument(sources: ConfigurationSources, parse: ParseText): Promise<FoundDocument> {
  const { optionsFile, environment } = sources;
  const file = sources.file ?? ((await exists(optionsFile)) ? optionsFile : undefined);
  const parsed: unknown = file === undefined ? undefined : await parse(await readText(file), file);
  const dataDir = file === optionsFile ? dirname(file) : resolve("data");
  return { ...applyEnvironment(parsed, environment), file, dataDir };
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isMissing(error) || systemCodeOf(error) === "ENOTDIR") return false;
    throw unreadable(file, describeError(error), error);
  }
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > sizeLimitBytes) throw unreadable(file, `${size} bytes; at most ${sizeLimitBytes} are read`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof CloudtapError) throw error;
    throw unreadable(file, describeError(error), error);
  }
}

function unreadable(file: string, found: string, cause?: unknown): CloudtapError {
  return new CloudtapError("CONFIG_UNREADABLE", `${file}: expected a readable file, found: ${found}`, { file }, cause);
}
