import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { isMissing, systemCodeOf } from "../runtime/system-errors.js";
import type { Configuration, ProtocolFacts } from "./configuration.js";
import { applyEnvironment, type Environment } from "./environment.js";
import { validateConfiguration } from "./validate.js";
import { parseConfigurationText } from "./yaml-document.js";

const sizeLimitBytes = 1024 * 1024;

export interface ConfigurationSources {
  /** What `--config` named. */
  readonly file?: string;
  /** Read when `file` is absent and it exists: `/data/options.json` under the Supervisor. */
  readonly optionsFile: string;
  readonly environment: Environment;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The file that was read; undefined: none, everything is at its default. */
  readonly file: string | undefined;
  /** Environment variables that replaced a key. */
  readonly variables: readonly string[];
}

/** Reads, checks and completes the configuration. Throws ConfigError with every fault, or CloudtapError CONFIG_UNREADABLE. */
export async function loadConfiguration(
  sources: ConfigurationSources,
  protocols: readonly ProtocolFacts[],
): Promise<LoadedConfiguration> {
  const file = sources.file ?? ((await exists(sources.optionsFile)) ? sources.optionsFile : undefined);
  const text = file === undefined ? "" : await readText(file);
  const parsed = file === undefined ? undefined : parseConfigurationText(text, file);
  const { document, variables } = applyEnvironment(parsed, sources.environment);
  const dataDir = file === sources.optionsFile ? dirname(file) : resolve("data");
  const configuration = validateConfiguration(document, { protocols, dataDir, variables });
  return { configuration, file, variables: [...variables.values()] };
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
