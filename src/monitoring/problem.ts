import type { DeviceId } from "../model/device.js";
import type { Problem } from "../model/problem.js";
import type { EpochMs } from "../model/time.js";
import { type ProblemCode, type ProblemKind, problemKinds } from "./problem-kinds.js";

export type ProblemFacts = Readonly<Record<string, string | number>>;

/** What is known of a problem besides its facts. */
export interface ProblemPlace {
  readonly device?: DeviceId;
  readonly relay?: string;
  readonly since?: EpochMs | undefined;
  /** Where it is not that of its kind. */
  readonly severity?: Problem["severity"];
}

/** Fills the words of a kind. A gap whose fact is missing stays as it is. */
export function createProblem(code: ProblemCode, facts: ProblemFacts, place: ProblemPlace = {}): Problem {
  const kind: ProblemKind = problemKinds[code];
  const { since, severity = kind.severity, ...whose } = place;
  return {
    ...{ code, severity, facts, text: filled(kind.text, facts), remedy: filled(kind.remedy, facts) },
    ...whose,
    ...(since === undefined ? {} : { since }),
  };
}

function filled(words: string, facts: ProblemFacts): string {
  return words.replaceAll(/\{(\w+)\}/g, (gap, name: string) => {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (fact === undefined) return gap;
    return typeof fact === "number" && name === "since" ? describeTime(fact) : withoutDot(String(fact));
  });
}

/** `2026-11-21 14:05 UTC`. */
function describeTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** What others say may be a sentence of its own. */
function withoutDot(text: string): string {
  return text.replace(/[.\s]+$/, "");
}
