import type { sessions as english } from "../../../texts/en/sessions.js";
import type { Wording } from "../../../texts/wording.js";
import type { FieldView, FrameView } from "../../api-types.js";
import { bytesOf, changedBytes } from "./bytes.js";
import type { LoggedFrame } from "./frame-log.js";
import { known } from "./known.js";
import type { Speech } from "./speech.js";

export type FrameTexts = Wording<typeof english>["frames"];

/** What a frame is there for; a role that the page does not know, by its name. */
export function roleWords({ role }: FrameView, texts: FrameTexts): string {
  return known(texts.role, role) ?? role;
}

/** What can be looked for in a list of frames. */
export function searchableFrame({ label, role, fields }: FrameView): string {
  return `${label} ${role} ${fields.map(({ name, value }) => `${name} ${value ?? ""}`).join(" ")}`;
}

/** What a byte or a field is: `Bytes 59 to 62: power = 412 W`. */
export function placeWords(
  place: { readonly offset: number; readonly length: number },
  field: FieldView | undefined,
  { speech, texts }: { readonly speech: Speech; readonly texts: FrameTexts },
): string {
  const where =
    place.length === 1
      ? speech.fill(texts.at, { offset: place.offset })
      : speech.fill(texts.place, { from: place.offset, to: place.offset + place.length - 1 });
  if (field === undefined) return `${where}: ${texts.unknownByte}`;
  return `${where}: ${field.name}${field.value === undefined ? "" : ` = ${field.value}`}`;
}

/** How a frame differs from the one of its kind before it. */
export function changeWords({ frame, earlier }: LoggedFrame, speech: Speech, texts: FrameTexts): string {
  if (earlier === undefined) return texts.firstOfKind;
  const count = changedBytes(bytesOf(frame.hex), bytesOf(earlier.hex)).filter((isChanged) => isChanged).length;
  const number = speech.number(earlier.number);
  return count === 0 ? speech.fill(texts.same, { number }) : speech.count(texts.changed, count, { number });
}
