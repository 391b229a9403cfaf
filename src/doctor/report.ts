import type { Finding } from "../model/finding.js";
import type { JsonObject } from "../model/value.js";
import { describeFirstMissing } from "./verdict.js";

/** What was found on the way over one relay. */
export interface RelayReport {
  readonly relay: string;
  readonly protocol: string;
  readonly findings: readonly Finding[];
}

const words = { ok: "ok", problem: "PROBLEM", unknown: "unknown" } as const;
const column = 9;

/** The report for a person: a section a relay, and at the end what is missing first. */
export function renderReport(reports: readonly RelayReport[]): string {
  const sections = reports.map(({ relay, protocol, findings }) => {
    const lines = findings.flatMap(renderFinding);
    return `Relay ${relay} (${protocol})\n${lines.join("\n")}\n`;
  });
  return [...sections, `${reports.map(conclude).join("\n")}\n`].join("\n");
}

/** The same for programs. */
export function reportAsJson(reports: readonly RelayReport[]): JsonObject {
  return {
    ok: reports.every(({ findings }) => isClear(findings)),
    relays: reports.map(({ relay, protocol, findings }) => {
      const missing = describeFirstMissing(relay, findings);
      return {
        ...{ relay, protocol, findings: findings.map((finding) => ({ ...finding })) },
        ...(missing === undefined ? {} : { missing }),
      };
    }),
  };
}

/** True where no step is missing; what could not be looked at does not count. */
export function isClear(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== "problem");
}

function renderFinding({ check, state, found, remedy }: Finding): readonly string[] {
  const line = `  ${words[state].padEnd(column)}${check}: ${found}`;
  return remedy === undefined ? [line] : [line, `${" ".repeat(column + 4)}${remedy}`];
}

function conclude({ relay, findings }: RelayReport): string {
  const missing = describeFirstMissing(relay, findings);
  if (missing !== undefined) return missing;
  const unseen = findings.filter(({ state }) => state === "unknown").length;
  if (unseen === 0) return `Relay ${relay}: nothing is missing.`;
  const steps = unseen === 1 ? "one step" : `${unseen} steps`;
  return `Relay ${relay}: nothing is known to be missing; of ${steps} nothing can be said yet.`;
}
