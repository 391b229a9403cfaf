import type { problems as english } from "../../../texts/en/problems.js";
import type { Counted, Wording } from "../../../texts/wording.js";
import type { ProblemView } from "../../api-types.js";
import type { Facts } from "./fill.js";
import { known } from "./known.js";
import type { Speech } from "./speech.js";

export type ProblemTexts = Wording<typeof english>;

export interface ProblemWords {
  readonly text: string;
  readonly remedy: string;
  /** False: the server's own words, which are English. */
  readonly isOwn: boolean;
}

export interface ProblemContext {
  readonly speech: Speech;
  readonly texts: ProblemTexts;
  readonly now: number;
  /** The name of a device, by its id. */
  readonly nameOf: (id: string) => string;
}

/** Says a problem in the page's language; one that it does not know, as the server does. */
export function problemWords(problem: ProblemView, context: ProblemContext): ProblemWords {
  const words = known<{ readonly text: string | Counted; readonly remedy: string }>(context.texts, problem.code);
  if (words === undefined) return { text: problem.text, remedy: problem.remedy, isOwn: false };
  const { speech } = context;
  const facts = spoken(problem.facts, context);
  const text =
    typeof words.text === "string"
      ? speech.fill(words.text, facts)
      : speech.count(words.text, Number(problem.facts.count ?? 0), facts);
  return { text, remedy: speech.fill(words.remedy, facts), isOwn: true };
}

function spoken(facts: Facts, { speech, now, nameOf }: ProblemContext): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => {
      if (name === "device") return [name, nameOf(String(fact))];
      if (typeof fact !== "number") return [name, fact];
      if (name === "since") return [name, speech.moment(fact, now)];
      if (name === "minutes") return [name, speech.span(fact * 60_000)];
      return [name, name === "port" ? String(fact) : speech.number(fact)];
    }),
  );
}
