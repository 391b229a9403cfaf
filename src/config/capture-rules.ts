import type { ConfigFault } from "../runtime/errors.js";
import { suggestion } from "./nearest.js";
import { isSection, joinPath, listAt, type Section, sectionAt, textAt } from "./section.js";

/** Faults of captures and the spool that the schema cannot see. */
export function checkCapture(document: Section): readonly ConfigFault[] {
  const names = listAt(document, "relays").flatMap((relay) => {
    const name = isSection(relay) ? textAt(relay, "name") : undefined;
    return name === undefined ? [] : [name];
  });
  const capture = sectionAt(document, "capture");
  const unknown = listAt(capture, "relays").flatMap((name, index) => {
    if (typeof name !== "string" || names.includes(name)) return [];
    const path = joinPath("capture.relays", index);
    return [{ path, found: JSON.stringify(name), allowed: `name of a relay${suggestion(name, names)}` }];
  });
  return [...unknown, ...sharedFolder(capture, sectionAt(document, "spool"))];
}

/** Each counts what it finds against its own limit. */
function sharedFolder(capture: Section, spool: Section): readonly ConfigFault[] {
  const folder = textAt(spool, "directory");
  if (folder === undefined || folder !== textAt(capture, "directory")) return [];
  return [{ path: "spool.directory", found: JSON.stringify(folder), allowed: "another folder than capture.directory" }];
}
