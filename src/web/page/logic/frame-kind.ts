import type { FrameView } from "../../api-types.js";

/**
 * What kind of frame it is: its direction, and its label without what changes from one to the next, such as counters, times and values.
 * Ids such as `0x0600` stay. Frames of one kind are worth comparing byte by byte.
 */
export function kindOf({ direction, label }: Pick<FrameView, "direction" | "label">): string {
  const words = label.replace(/^\[[^\]]*\]\s*/, "").replace(/(?!\b0x)(?<![\w.:+-])[\w.:+-]*\d[\w.:+-]*/g, "#");
  return `${direction} ${words}`;
}
