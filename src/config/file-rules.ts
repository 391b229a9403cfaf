import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ConfigFault } from "../runtime/errors.js";
import { systemCodeOf } from "../runtime/system-errors.js";
import { isSection, joinPath, listAt, type Section, sectionAt, shorten, textAt } from "./section.js";

/** Faults of paths: what must be readable is not, or `data_dir` cannot be made or written to. Writes nothing. */
export function checkFiles(document: Section, defaultDataDir: string): readonly ConfigFault[] {
  const mqtt = sectionAt(document, "mqtt");
  return [
    ...checkFolder("data_dir", textAt(document, "data_dir") ?? defaultDataDir),
    ...["capture", "spool"].flatMap((name) => {
      const folder = textAt(sectionAt(document, name), "directory");
      return folder === undefined ? [] : checkFolder(joinPath(name, "directory"), folder);
    }),
    ...["ca", "cert", "key"].flatMap((key) => checkReadable(joinPath("mqtt", key), textAt(mqtt, key))),
    ...["ca", "token_file"].flatMap((key) =>
      checkReadable(joinPath("splunk", key), textAt(sectionAt(document, "splunk"), key)),
    ),
    ...listAt(document, "relays").flatMap((relay, index) => {
      const path = joinPath(joinPath("relays", index), "upstream_ca");
      return checkReadable(path, isSection(relay) ? textAt(relay, "upstream_ca") : undefined);
    }),
  ];
}

function checkReadable(path: string, file: string | undefined): readonly ConfigFault[] {
  if (file === undefined) return [];
  const problem = failure(() => {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile() ? undefined : "it is not a file";
  });
  if (problem === undefined) return [];
  return [{ path, found: JSON.stringify(shorten(file)), allowed: `a file that can be read; ${problem}` }];
}

function checkFolder(path: string, folder: string): readonly ConfigFault[] {
  const there = nearestExisting(resolve(folder));
  const problem = failure(() => {
    if (!statSync(there).isDirectory()) return `${there} is not a folder`;
    accessSync(there, constants.W_OK | constants.X_OK);
    return undefined;
  });
  if (problem === undefined) return [];
  return [
    { path, found: JSON.stringify(shorten(folder)), allowed: `a folder that can be made and written to; ${problem}` },
  ];
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** What stands in the way, in a few words; undefined: nothing. */
function failure(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === "ENOENT") return "it does not exist";
    return code === "EACCES" || code === "EROFS" || code === "EPERM"
      ? "access is denied"
      : `it fails with ${String(code)}`;
  }
}
