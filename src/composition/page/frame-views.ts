import type { FieldSpan, Protocol } from "../../model/protocol.js";
import type { KeptFrame } from "../../monitoring/frame-log.js";
import type { FrameView } from "../../web/api-types.js";

/** A kept frame as the page shows it. `protocol`: name of what its session speaks. */
export type ViewFrame = (frame: KeptFrame, protocol: string) => FrameView;

/** Names the fields with the layouts of these protocols; a frame that is kept in part has no names. */
export function createFrameViews(protocols: readonly Protocol[]): ViewFrame {
  const byName = new Map(protocols.map((protocol) => [protocol.name, protocol]));
  return (frame, name) => {
    const { session, number, at, direction, role, label, bytes, data, own, blocked } = frame;
    const whole = data.length === bytes;
    const fields = whole ? (byName.get(name)?.layout?.({ direction, bytes: data, whole }) ?? []) : [];
    return {
      ...{ session, number, at, direction, role, label, bytes },
      hex: Buffer.from(data.buffer, data.byteOffset, data.length).toString("hex"),
      fields: fields.map(fieldViewOf),
      ...(own === undefined ? {} : { own }),
      ...(blocked === undefined ? {} : { blocked }),
    };
  };
}

function fieldViewOf({ offset, length, name, value }: FieldSpan) {
  return { offset, length, name, ...(value === undefined ? {} : { value }) };
}
