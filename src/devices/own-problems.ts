import type { EntityDescription } from "../model/entity.js";
import type { Problem } from "../model/problem.js";
import type { Values } from "../model/value.js";

/** Home Assistant takes no longer state. */
const detailLimit = 255;

const diagnostic = { category: "diagnostic" } as const;
const detail = { platform: "sensor", icon: "mdi:alert-circle-outline", ...diagnostic } as const;
const condition = { platform: "binary_sensor", deviceClass: "problem", ...diagnostic } as const;

/** What is wrong with the program itself. */
export const programEntities: readonly EntityDescription[] = [
  { key: "problem", name: "Problem", ...condition },
  { key: "problem_detail", name: "Problem detail", ...detail },
];

/** What is wrong with a relay or one of its devices. No two relays share a key, however they are called. */
export function relayEntities(relay: string): readonly EntityDescription[] {
  const { problem, detail: words } = keysOf(relay);
  return [
    { key: problem, name: `${relay} problem`, ...condition },
    { key: words, name: `${relay} problem detail`, ...detail },
  ];
}

/** The values of these entities. Warnings do not count: they may pass by themselves. */
export function problemValues(relays: readonly string[], problems: readonly Problem[]): Values {
  const errors = problems.filter(({ severity }) => severity === "error");
  const ofProgram = errors.filter(({ relay, device }) => relay === undefined && device === undefined);
  const values = relays.flatMap((relay) => {
    const { problem, detail: words } = keysOf(relay);
    const own = errors.filter((one) => one.relay === relay);
    return [
      [problem, own.length > 0],
      [words, describe(own)],
    ];
  });
  return { problem: ofProgram.length > 0, problem_detail: describe(ofProgram), ...Object.fromEntries(values) };
}

/** A text as Home Assistant takes it. */
export function shortened(text: string): string {
  return text.length > detailLimit ? `${text.slice(0, detailLimit - 1)}…` : text;
}

/** Of one problem also what to do; of several there is hardly room for that. */
function describe(problems: readonly Problem[]): string | null {
  const [first, ...others] = problems;
  if (first === undefined) return null;
  if (others.length === 0) return shortened(`${first.text} ${first.remedy}`);
  return shortened(problems.map(({ text }) => text).join(" "));
}

function keysOf(relay: string): { readonly problem: string; readonly detail: string } {
  return { problem: `relay_${relay}_problem`, detail: `relay_${relay}_detail` };
}
