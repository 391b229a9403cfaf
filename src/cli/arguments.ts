import { parseArgs } from "node:util";
import { suggestion } from "../config/nearest.js";
import { CloudtapError } from "../runtime/errors.js";
import { type CommandRow, commands, globalOptions, type OptionRow } from "./commands.js";

export type Invocation =
  | { readonly type: "help"; readonly command: CommandRow | undefined }
  | { readonly type: "version" }
  | { readonly type: "command"; readonly command: CommandRow; readonly given: Arguments };

/** What stands after a command. */
export interface Arguments {
  readonly operands: readonly string[];
  /** Values by option name; a switch has one empty value. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** Error of the command line: exit code 2. `command` names whose help says more. */
export function usageError(message: string, command?: string): CloudtapError {
  const help = command === undefined ? "cloudtap --help" : `cloudtap ${command} --help`;
  return new CloudtapError("USAGE", `${message} (see ${help})`);
}

/** Reads the words after `cloudtap`. Throws CloudtapError USAGE. */
export function parseInvocation(argv: readonly string[]): Invocation {
  const [first, ...rest] = argv;
  const named = first !== undefined && !first.startsWith("-");
  const name = named ? first : "run";
  const command = commands.find((row) => row.name === name);
  const names = commands.map((row) => row.name);
  if (command === undefined) throw usageError(`unknown command ${name}${suggestion(name, names)}`);
  const given = parseWords(named ? rest : argv, command);
  if (given.options.has("help")) return { type: "help", command: named ? command : undefined };
  if (given.options.has("version")) return { type: "version" };
  checkOperands(given.operands, command);
  return { type: "command", command, given };
}

function parseWords(words: readonly string[], command: CommandRow): Arguments {
  const rows = [...command.options, ...globalOptions];
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      rows.map(({ name, short, value }) => {
        const type: "boolean" | "string" = value === undefined ? "boolean" : "string";
        return [name, short === undefined ? { type } : { type, short }];
      }),
    ),
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  const options = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const row = rows.find(({ name }) => name === token.name);
    if (row === undefined) throw unknownOption(token.rawName, rows, command);
    const value = readValue(row, token.value, command);
    const values = options.get(row.name) ?? [];
    if (values.length > 0 && row.repeats !== true) throw usageError(`--${row.name} stands there twice`, command.name);
    options.set(row.name, [...values, value]);
  }
  return { operands, options };
}

function unknownOption(rawName: string, rows: readonly OptionRow[], command: CommandRow): CloudtapError {
  const names = rows.map(({ name }) => `--${name}`);
  return usageError(`unknown option ${rawName}${suggestion(rawName, names)}`, command.name);
}

function readValue(row: OptionRow, value: string | undefined, command: CommandRow): string {
  if (row.value === undefined) {
    if (value !== undefined) throw usageError(`--${row.name} takes no value`, command.name);
    return "";
  }
  if (value === undefined || value === "") throw usageError(`--${row.name} needs a value, ${row.value}`, command.name);
  return value;
}

function checkOperands(operands: readonly string[], command: CommandRow): void {
  const wanted = command.operands;
  const missing = wanted[operands.length];
  if (missing !== undefined && !missing.startsWith("["))
    throw usageError(`expected ${missing.replace("...", "")}`, command.name);
  const surplus = wanted.at(-1)?.endsWith("...") === true ? undefined : operands[wanted.length];
  if (surplus !== undefined) throw usageError(`unexpected argument ${surplus}`, command.name);
}

/** The value of an option, undefined where it is absent. */
export function optionOf(given: Arguments, name: string): string | undefined {
  return given.options.get(name)?.[0];
}

/** A number in a range. Throws CloudtapError USAGE. */
export function numberOf(given: Arguments, name: string, range: NumberRange): number {
  const text = optionOf(given, name);
  if (text === undefined) return range.preset;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const fits = value >= range.from && value <= range.to && (range.whole !== true || Number.isInteger(value));
  if (fits) return value;
  const kind = range.whole === true ? "a whole number" : "a number";
  throw usageError(`--${name}: expected ${kind} from ${range.from} to ${range.to}, found ${text}`);
}

export interface NumberRange {
  readonly from: number;
  readonly to: number;
  readonly preset: number;
  readonly whole?: true;
}
