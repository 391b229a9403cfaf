import type { JsonValue } from "../../../model/value.js";
import type { device as english } from "../../../texts/en/device.js";
import type { Wording } from "../../../texts/wording.js";
import type { DeviceEventView } from "../../api-types.js";
import { known } from "./known.js";

export type EventTexts = Wording<typeof english>["eventTypes"];

/** An event's type in words; one that the page does not know, without its underscores. */
export function eventTitle(type: string, texts: EventTexts): string {
  const title = known(texts, type);
  if (title !== undefined) return title;
  const words = type.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What an event says first, where one of its attributes is a sentence. */
export function eventSentence({ attributes }: DeviceEventView): string | undefined {
  return ["text", "detail", "reason"].map((name) => attributes[name]).find((value) => typeof value === "string");
}

/** The other attributes, as name and text. */
export function eventFacts(
  event: DeviceEventView,
  words: { readonly yes: string; readonly no: string },
): readonly (readonly [name: string, text: string])[] {
  const said = eventSentence(event);
  const textOf = (value: JsonValue): string => {
    if (typeof value === "boolean") return value ? words.yes : words.no;
    if (Array.isArray(value)) return value.map(textOf).join(", ");
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  return Object.entries(event.attributes)
    .filter(([, value]) => value !== null && value !== said)
    .map(([name, value]) => [name.replaceAll("_", " "), textOf(value)]);
}
