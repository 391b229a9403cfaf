import { resolve } from "node:path";
import type { ListenEndpoint } from "./configuration.js";
import { parseListen } from "./endpoint.js";
import { usualWebListen } from "./listens.js";
import { type ConfigurationSources, type ParseText, readDocument } from "./read-document.js";
import { isSection, sectionAt, textAt } from "./section.js";

/** Where a running program can be asked how it is. */
export interface RunningPlaces {
  readonly dataDir: string;
  /** Absent: nothing is served over HTTP. */
  readonly web?: ListenEndpoint;
}

/**
 * Reads no more of the configuration than that, and checks nothing: the program that runs has done so, and checking takes ten
 * times as long. Throws CloudtapError CONFIG_UNREADABLE.
 */
export async function findRunningPlaces(sources: ConfigurationSources): Promise<RunningPlaces> {
  const found = await readDocument(sources, parseQuickly);
  const document = isSection(found.document) ? found.document : {};
  const dataDir = resolve(textAt(document, "data_dir") ?? found.dataDir);
  const { enabled, listen = usualWebListen } = sectionAt(document, "web");
  const isPlace = typeof listen === "number" || typeof listen === "string";
  const web = enabled === false || !isPlace ? undefined : parseListen(listen);
  return { dataDir, ...(web === undefined ? {} : { web }) };
}

/** The Supervisor's options are JSON; the parser of YAML is loaded for nothing else. */
const parseQuickly: ParseText = async (text, file) => {
  if (text.trimStart().startsWith("{")) {
    try {
      return JSON.parse(text);
    } catch (error) {
      // YAML may begin like that, too.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  const { parseConfigurationText } = await import("./yaml-document.js");
  return parseConfigurationText(text, file);
};
