import type { Direction } from "../model/session.js";

export type HexLine =
  | { readonly type: "chunk"; readonly direction: Direction; readonly bytes: Uint8Array }
  | { readonly type: "nothing" }
  | { readonly type: "broken"; readonly problem: string };

const marks: Readonly<Record<string, Direction>> = { ">": "device-to-cloud", "<": "cloud-to-device" };

/** One line of recorded bytes: `> a5 01…` from the device, `< a5…` from the cloud, no mark: from the device. `#` begins a comment. */
export function parseHexLine(line: string): HexLine {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return { type: "nothing" };
  const marked = marks[text.charAt(0)];
  const digits = (marked === undefined ? text : text.slice(1)).replace(/\s+/g, "");
  const stray = /[^0-9a-f]/i.exec(digits)?.[0];
  if (stray !== undefined) return { type: "broken", problem: `expected hex digits, found ${JSON.stringify(stray)}` };
  if (digits === "") return { type: "broken", problem: "expected hex digits, found none" };
  if (digits.length % 2 === 1) {
    return { type: "broken", problem: `expected two hex digits a byte, found ${digits.length} digits` };
  }
  return { type: "chunk", direction: marked ?? "device-to-cloud", bytes: Buffer.from(digits, "hex") };
}
