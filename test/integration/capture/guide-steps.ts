/** A step of a guide: what the reader types, and what comes of it. */
export interface GuideStep {
  readonly commands: readonly string[];
  /** Lines; `…` alone stands for any number of them. Undefined: the guide does not show any. */
  readonly shown?: readonly string[];
}

export interface Guide {
  /** Files that the reader makes, by their names, which stand in a comment on their first line. */
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly GuideStep[];
}

/** The steps of a section of a page: its blocks of `sh`, each with the `text` behind it. */
export function readGuide(page: string, heading: string): Guide {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const files = new Map<string, string>();
  const steps: GuideStep[] = [];
  for (const [, language, text = ""] of section.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
    const name = /^# (\S+)\n/.exec(text)?.[1];
    const lines = text.trimEnd().split("\n");
    const last = steps.at(-1);
    if (language === "yaml" && name !== undefined) files.set(name, text);
    else if (language === "sh") steps.push({ commands: lines });
    else if (language === "text" && last !== undefined) steps.splice(-1, 1, { ...last, shown: lines });
  }
  return { files, steps };
}

/** What differs from run to run, and what stands for it. */
const placeholders: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/\d{8}T\d{6}\.\d{6}Z/g, "STAMP"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME"],
  [/\b\d\d:\d\d:\d\d(\.\d+)?/g, "TIME"],
  [/\b\d{4}-\d\d-\d\d\b/g, "DAY"],
  [/\b[0-9a-z]{6}-\d+\b/g, "SESSION"],
  [/\b\d+\.\d{3} s\b/g, "SECONDS"],
  // Number and time of a packet.
  [/^ *\d+ +\d+\.\d{6} /g, "PACKET "],
  [/\b(HTTP|TCP|Solarman) \d+ /g, (found) => found.replace(/\d+/, "BYTES")],
  [/\b\d+ kB\b/g, "SIZE"],
  // Stand-ins of an anonymized copy; the devices of the simulators keep their numbers.
  [/(?<!\d)\d{10}(?!\d)/g, (found) => (found === "2712345678" ? found : "SERIAL")],
  // Ports that the operating system chose.
  [/\b(3[2-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b/g, "PORT"],
  [/\s+/g, " "],
];

/** A line without what differs from run to run. `folder`: where the commands are run. */
export function comparable(line: string, folder: string): string {
  let text = line.replaceAll(folder, "/home/you");
  for (const [pattern, stand] of placeholders) {
    text = typeof stand === "string" ? text.replace(pattern, stand) : text.replace(pattern, stand);
  }
  return text.trim();
}

/** The shown line that the output lacks, in words; undefined: it is as shown. Both are comparable. */
export function difference(shown: readonly string[], output: readonly string[]): string | undefined {
  let at = 0;
  let skips = false;
  for (const line of shown) {
    if (line === "…") {
      skips = true;
      continue;
    }
    const found = skips ? output.indexOf(line, at) : output[at] === line ? at : -1;
    if (found < 0) return `expected ${JSON.stringify(line)}, found ${JSON.stringify(output.slice(at, at + 3))}`;
    at = found + 1;
    skips = false;
  }
  if (skips || at === output.length) return undefined;
  return `expected the end, found ${JSON.stringify(output[at])}`;
}
