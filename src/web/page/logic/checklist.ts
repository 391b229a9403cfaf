import type { checks as english } from "../../../texts/en/checks.js";
import type { Wording } from "../../../texts/wording.js";
import type { FindingView } from "../../api-types.js";
import { known } from "./known.js";

export type CheckTexts = Wording<typeof english>;

/** A check in words; one that the page does not know, by its name. */
export function checkTitle(check: string, texts: CheckTexts): string {
  return known(texts, check) ?? check.replaceAll("_", " ");
}

export interface Progress {
  readonly done: number;
  readonly count: number;
  /** The first step that is missing; else the first one that is not known yet. */
  readonly next: FindingView | undefined;
  /** True: the device's values are understood, whatever could not be looked at. */
  readonly isComplete: boolean;
}

/** How far a device has come, and what is next. */
export function progressOf(findings: readonly FindingView[]): Progress {
  const state = (wanted: FindingView["state"]) => findings.find((finding) => finding.state === wanted);
  const problem = state("problem");
  const isDecoded = findings.some(({ check, state: found }) => check === "decoded" && found === "ok");
  const isComplete = isDecoded && problem === undefined;
  return {
    done: findings.filter(({ state: found }) => found === "ok").length,
    count: findings.length,
    next: isComplete ? undefined : (problem ?? state("unknown")),
    isComplete,
  };
}
