import type { ProblemView } from "../../api-types.js";
import { problemWords } from "../logic/problem-words.js";
import type { PageContext } from "./context.js";
import { el } from "./dom.js";
import { type Part, PartList } from "./part-list.js";
import { notice } from "./widgets.js";

/** What is wrong in words, and what to do, one notice each. */
export class ProblemNotes {
  readonly element = el("div", { class: "problems" });
  readonly #list: PartList<ProblemView>;

  constructor(context: PageContext, nameOf: (id: string) => string) {
    // A problem whose facts change is another one: what was said of it is said anew.
    const key = ({ code, device, relay, facts }: ProblemView): string => JSON.stringify([code, device, relay, facts]);
    this.#list = new PartList(this.element, key, (problem) => note(context, problem, nameOf));
  }

  show(problems: readonly ProblemView[]): void {
    this.#list.show(problems);
    this.element.hidden = problems.length === 0;
  }
}

function note(context: PageContext, problem: ProblemView, nameOf: (id: string) => string): Part<ProblemView> {
  const { speech, texts } = context;
  const words = problemWords(problem, { speech, texts: texts.problems, now: context.now(), nameOf });
  const lang = words.isOwn ? undefined : "en";
  const element = notice(
    problem.severity === "error" ? "bad" : "warn",
    el("p", { lang }, el("strong", {}, words.text)),
    words.remedy === "" ? undefined : el("p", { lang }, words.remedy),
  );
  return { element, update: () => undefined };
}
