import { suggestion } from "../config/nearest.js";
import { type Arguments, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";

type Verb = (given: Arguments, context: CommandContext) => Promise<number>;

const verbs: ReadonlyMap<string, () => Promise<Verb>> = new Map([
  ["print", async () => (await import("./intercept-print.js")).printInterception],
  ["apply", async () => (await import("./intercept-apply.js")).applyInterception],
  ["clean", async () => (await import("./intercept-clean.js")).cleanInterception],
]);

/** `cloudtap intercept VERB`: what a gateway does to lead devices here. Throws CloudtapError USAGE. */
export async function intercept(given: Arguments, context: CommandContext): Promise<number> {
  const [word = ""] = given.operands;
  const load = verbs.get(word);
  if (load === undefined) {
    const names = [...verbs.keys()];
    throw usageError(`expected ${names.join(" or ")}, found ${word}${suggestion(word, names)}`, "intercept");
  }
  const verb = await load();
  return verb(given, context);
}
