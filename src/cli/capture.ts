import { suggestion } from "../config/nearest.js";
import { type Arguments, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";

type Verb = (given: Arguments, context: CommandContext) => Promise<number>;

interface VerbRow {
  /** Words behind it that it needs, and those that it may have besides. */
  readonly operands: readonly [needed: readonly string[], optional: readonly string[]];
  readonly options: readonly string[];
  load(): Promise<Verb>;
}

const verbs: ReadonlyMap<string, VerbRow> = new Map<string, VerbRow>([
  [
    "start",
    {
      operands: [["RELAY, DEVICE or all"], []],
      options: ["seconds"],
      load: async () => (await import("./capture-start.js")).startCapture,
    },
  ],
  [
    "stop",
    {
      operands: [[], ["NAME"]],
      options: [],
      load: async () => (await import("./capture-stop.js")).stopCaptures,
    },
  ],
  [
    "list",
    { operands: [[], []], options: ["json"], load: async () => (await import("./capture-list.js")).listCaptures },
  ],
  [
    "export",
    {
      operands: [["NAME of a file", "OUT"], []],
      options: ["raw"],
      load: async () => (await import("./capture-export.js")).exportCapture,
    },
  ],
]);

/** `cloudtap capture VERB`: captures on demand, and what became of captures. Throws CloudtapError USAGE. */
export async function capture(given: Arguments, context: CommandContext): Promise<number> {
  const [word = "", ...operands] = given.operands;
  const row = verbs.get(word);
  if (row === undefined) {
    const names = [...verbs.keys()];
    throw usageError(`expected ${names.join(", ")}, found ${word}${suggestion(word, names)}`, "capture");
  }
  checkWords(word, { operands, options: given.options }, row);
  const verb = await row.load();
  return verb({ operands, options: given.options }, context);
}

/** An option that means nothing here was meant to mean something. */
function checkWords(verb: string, { operands, options }: Arguments, row: VerbRow): void {
  const [needed, optional] = row.operands;
  const missing = needed[operands.length];
  if (missing !== undefined) throw usageError(`capture ${verb}: expected ${missing}`, "capture");
  const surplus = operands[needed.length + optional.length];
  if (surplus !== undefined) throw usageError(`capture ${verb}: unexpected argument ${surplus}`, "capture");
  const stray = [...options.keys()].find((name) => name !== "config" && !row.options.includes(name));
  if (stray !== undefined) throw usageError(`capture ${verb}: unexpected option --${stray}`, "capture");
}
