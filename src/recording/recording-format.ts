import { isPacketCapture } from "./packets.js";

/** How a recording is written. */
export type RecordingFormat = "packets" | "session-log" | "body" | "hex-lines";

/** `readings`: what a spool keeps of readings, which nothing can be decoded from. `unknown`: nothing that is known here. */
export type Unreadable = "readings" | "unknown";

const enoughBytes = 512;
const startLine = /^(?:HTTP\/1\.[01] |[A-Z]+ \S+ HTTP\/1\.[01]\r?\n$)/;
const readingStart = '{"time":';
const hexLine = /^<[ \t]*[0-9a-fA-F][0-9a-fA-F \t]*\r?(?:\n|$)/;

/**
 * Tells from the first bytes of a file what it is, whatever its name; `isWhole`: there are no more. Never throws.
 */
export function recordingFormat(head: Uint8Array, isWhole: boolean): RecordingFormat | Unreadable | "need-more" {
  if (isPacketCapture(head)) return "packets";
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, enoughBytes)).toString("latin1");
  const shown = text.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
  if (/^[{[]/.test(shown)) return jsonFormat(shown, isWhole);
  // One line is enough, and no more is looked at, so that it does not matter how many came at once.
  const end = shown.indexOf("\n") + 1;
  if (end === 0 && head.length < enoughBytes && !isWhole) return "need-more";
  const line = end === 0 ? shown : shown.slice(0, end);
  if (startLine.test(line)) return "body";
  if (hasControlCharacters(line)) return "unknown";
  return line.startsWith("<") && !hexLine.test(line) ? "body" : "hex-lines";
}

function jsonFormat(text: string, isWhole: boolean): "session-log" | "readings" | "need-more" {
  if (text.startsWith(readingStart)) return "readings";
  return !isWhole && readingStart.startsWith(text) ? "need-more" : "session-log";
}

/** Such as no text has. */
function hasControlCharacters(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x7f || (code < 0x20 && (code < 0x09 || code > 0x0d))) return true;
  }
  return false;
}
