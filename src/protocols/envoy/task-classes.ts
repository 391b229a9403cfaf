import type { CommandClass } from "../../model/command.js";

interface TaskClass {
  /** Part of an element's name, in lower case. */
  readonly word: string;
  readonly class: CommandClass;
}

/** No list of tasks is known; what a name plainly says is taken at its word: docs/protocols/envoy.md §5. */
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

/** The class of a task that an answer holds besides acknowledgements. */
export function classOfTask(name: string): CommandClass {
  const lower = name.toLowerCase();
  return taskClasses.find(({ word }) => lower.includes(word))?.class ?? "unknown";
}
