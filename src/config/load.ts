import type { Configuration, ProtocolFacts } from "./configuration.js";
import { type ConfigurationSources, readDocument } from "./read-document.js";
import { validateConfiguration } from "./validate.js";
import { parseConfigurationText } from "./yaml-document.js";

export type { ConfigurationSources } from "./read-document.js";

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
  const { document, file, variables, dataDir } = await readDocument(sources, parseConfigurationText);
  const configuration = validateConfiguration(document, { protocols, dataDir, variables });
  return { configuration, file, variables: [...variables.values()] };
}
