import type { ConfigFault } from "../runtime/errors.js";
import { findFacts } from "./auto-protocol.js";
import type { ProtocolFacts } from "./configuration.js";
import { parseClasses } from "./formats.js";
import { isSection, joinPath, listAt, type Section, textAt } from "./section.js";

/** What one relay's policies ask of its protocol and of each other, beyond what the schema sees. */
export function checkPolicies(document: Section, protocols: readonly ProtocolFacts[]): readonly ConfigFault[] {
  return listAt(document, "relays").flatMap((entry, index) => {
    const section = isSection(entry) ? entry : {};
    const facts = findFacts(section.protocol, protocols);
    const path = joinPath("relays", index);
    return [
      ...(facts === undefined ? [] : unable(section, facts, path)),
      ...needsControl(section, path),
      ...bothLists(section, path),
    ];
  });
}

/** A policy that a protocol cannot carry out would only be a promise. */
function unable(section: Section, { name, abilities }: ProtocolFacts, path: string): readonly ConfigFault[] {
  const cloud = textAt(section, "cloud");
  const faults: ConfigFault[] = [];
  const fault = (key: string, allowed: string): void => {
    faults.push({ path: `${path}.${key}`, found: JSON.stringify(section[key]), allowed });
  };
  if ((cloud === "local" || cloud === "auto") && !abilities.localCloud) {
    fault("cloud", `relay; ${name} has no answers of its own`);
  }
  if (!abilities.classedCommands) {
    const preset = textAt(section, "commands");
    if (preset === "protect" || preset === "block") fault("commands", `allow; commands of ${name} are not known`);
    for (const key of ["commands_block", "commands_allow"]) {
      if (textAt(section, key) !== undefined) fault(key, `empty; commands of ${name} are not known`);
    }
  }
  if (section.control === true && !abilities.control) fault("control", `false; ${name} has nothing to write`);
  return faults;
}

function needsControl(section: Section, path: string): readonly ConfigFault[] {
  if (section.control === true) return [];
  return ["control_experimental", "protect_local"]
    .filter((key) => section[key] === true)
    .map((key) => ({ path: `${path}.${key}`, found: "true", allowed: "false, or control: true beside it" }));
}

function bothLists(section: Section, path: string): readonly ConfigFault[] {
  const block = parseClasses(textAt(section, "commands_block") ?? "") ?? [];
  const allow = parseClasses(textAt(section, "commands_allow") ?? "") ?? [];
  const both = block.filter((one) => allow.includes(one));
  if (both.length === 0) return [];
  const found = both.join(", ");
  return [{ path: `${path}.commands_allow`, found, allowed: "classes that are not in commands_block too" }];
}
