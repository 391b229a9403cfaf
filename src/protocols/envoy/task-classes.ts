import type { CommandClass } from "../../model/command.js";

interface TaskClass {
  /** Part of a name, in lower case. */
  readonly word: string;
  readonly class: CommandClass;
}

/** No list of tasks is known; what a task plainly says is taken at its word: docs/protocols/envoy.md §5. */
const taskClasses: readonly TaskClass[] = [
  { word: "firmware", class: "firmware" },
  { word: "upgrade", class: "firmware" },
  { word: "update", class: "firmware" },
  { word: "image", class: "firmware" },
  { word: "software", class: "firmware" },
  { word: "reboot", class: "reboot" },
  { word: "restart", class: "reboot" },
  { word: "url", class: "server" },
  { word: "server", class: "server" },
  { word: "host", class: "server" },
];

/** What a task wants, told by its words. Nothing plain in them: unknown. */
export function classesOfTask(words: readonly string[]): readonly CommandClass[] {
  const known = words.flatMap((text) => {
    const lower = text.toLowerCase();
    return taskClasses.find(({ word }) => lower.includes(word))?.class ?? [];
  });
  return known.length === 0 ? ["unknown"] : [...new Set(known)];
}
