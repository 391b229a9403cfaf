import type { Protocol } from "../model/protocol.js";
import { type CommandRow, commands, globalOptions, type OptionRow } from "./commands.js";

const width = 100;
const indent = "  ";

/** `cloudtap --help`. */
export function renderHelp(protocols: readonly Protocol[]): string {
  return joined([
    "Usage: cloudtap [COMMAND] [OPTIONS]",
    "Relays devices that talk only to their vendor's cloud, and shows Home Assistant what they say.",
    list(
      "Commands:",
      commands.map(({ name, summary }) => [name, summary]),
    ),
    listOptions(globalOptions),
    list(
      "Protocols:",
      protocols.map(({ name, title }) => [name, title]),
    ),
    "Exit codes: 0 done, 1 failed while running, 2 unusable configuration or arguments.",
  ]);
}

/** `cloudtap COMMAND --help`. */
export function renderCommandHelp(command: CommandRow, protocols: readonly Protocol[]): string {
  const playable = protocols.filter(({ createDeviceSimulator }) => createDeviceSimulator !== undefined);
  return joined([
    `Usage: ${synopsis(command)}`,
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    listOptions(command.options),
    ...(command.listsSimulators === true
      ? [
          list(
            "Protocols:",
            playable.map(({ name, title }) => [name, title]),
          ),
        ]
      : []),
    ...command.notes.map((note) => wrap(note, width).join("\n")),
  ]);
}

export function synopsis({ name, operands }: CommandRow): string {
  return ["cloudtap", name, ...operands, "[OPTIONS]"].join(" ");
}

function listOptions(options: readonly OptionRow[]): string {
  return list(
    "Options:",
    options.map((row) => [nameOf(row), row.text]),
  );
}

function nameOf({ name, short, value }: OptionRow): string {
  const letter = short === undefined ? "" : `-${short}, `;
  return `${letter}--${name}${value === undefined ? "" : ` ${value}`}`;
}

function list(title: string, rows: readonly (readonly [string, string])[]): string {
  const column = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrap(text, width - column - indent.length);
    const margin = " ".repeat(column);
    return [`${indent}${name.padEnd(column)}${first}`, ...rest.map((line) => `${indent}${margin}${line}`)];
  });
  return [title, ...lines].join("\n");
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function joined(paragraphs: readonly string[]): string {
  return `${paragraphs.join("\n\n")}\n`;
}
