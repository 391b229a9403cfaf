import type { PropertyLine } from "../model/protocol.js";

const header = ["id", "name", "type", "sample (raw)", "decoded", "queries", "changes"];
/** What would be markup, and what ends a cell. */
const special = /[\\`*_[\]<>|&~#]/g;
/** Line breaks among them, which would end the row. */
const control = /\p{Cc}+/gu;

/** Properties as a table in Markdown, one row each. What tells whose device it is stands there as `…`. */
export function renderProperties(lines: readonly PropertyLine[]): string {
  const rows = [header, header.map(() => "---"), ...lines.map(cellsOf)];
  return `${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function cellsOf(line: PropertyLine): readonly string[] {
  const { id, name, type = "", raw = "", queries, changes, isPersonal } = line;
  const values = isPersonal === true ? ["…", "…"] : [raw, decodedText(line)];
  return [id, name, type, ...values, String(queries), String(changes)].map(escaped);
}

function decodedText({ decoded, unit }: PropertyLine): string {
  if (decoded === null) return "";
  return typeof decoded === "number" && unit !== undefined ? `${decoded} ${unit}` : String(decoded);
}

function escaped(text: string): string {
  return text.replace(control, " ").trim().replace(special, "\\$&");
}
