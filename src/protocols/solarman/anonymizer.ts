import type { FieldSpan, Frame } from "../../model/protocol.js";
import type { Pseudonyms } from "../../model/pseudonyms.js";
import { crc16Modbus, sum8 } from "../../wire/checksum.js";
import { disguiseTexts } from "../../wire/disguise.js";
import { putText } from "../../wire/text-runs.js";
import { disguiseAtText } from "./at-disguise.js";
import { decodeMessage } from "./decoder.js";
import { commandKinds } from "./enums.js";
import { layOutFrame } from "./layout.js";
import type { Message } from "./messages.js";
import { headerBytes, trailerBytes } from "./splitter.js";

/** A network may have a name of one letter; in a hello nothing else is disturbed by looking for it. */
const leastInHello = 2;
const leastElsewhere = 6;
/** Where the serial number of other makes' records ends, if need be without a blank: docs/protocols/solarman.md §5. */
const foreignSerialEnd = headerBytes + 37;
const leastSerial = 8;

/** Serial numbers, addresses and names replaced wherever they stand, checksums made anew. Never throws. */
export function anonymizeFrame(frame: Frame, pseudonyms: Pseudonyms): Uint8Array {
  const end = frame.bytes.length - trailerBytes;
  if (!frame.whole || end < headerBytes) return pseudonyms.scrub(frame.bytes);
  const bytes = Uint8Array.from(frame.bytes);
  const spans = layOutFrame(frame);
  for (const span of spans) disguiseField(bytes, span, pseudonyms);
  const message = decodeMessage(bytes);
  disguiseContent(message, pseudonyms);
  for (const gap of gapsBetween(spans, end)) disguiseTexts(bytes, { ...gap, ...habitOf(message) }, pseudonyms);
  const head = bytes.slice(0, headerBytes);
  bytes.set(pseudonyms.scrub(bytes));
  // The logger's number has its own place there, and nothing else may change.
  bytes.set(head);
  guardModbus(message);
  bytes[end] = sum8(bytes, 1, end);
  bytes[end + 1] = frame.bytes[end + 1] ?? 0;
  return bytes;
}

function disguiseField(bytes: Uint8Array, { name, offset, length }: FieldSpan, pseudonyms: Pseudonyms): void {
  if (name === "logger_serial") {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(offset, pseudonyms.number(view.getUint32(offset, true), 0xffff_ffff), true);
  } else if (name === "mac_address") bytes.set(pseudonyms.macBytes(bytes.slice(offset, offset + length)), offset);
  else if (name === "ip_address") replaceText(bytes, offset, length, (text) => pseudonyms.address(text));
  else if (name === "ssid") replaceText(bytes, offset, length, (text) => pseudonyms.name(text));
  else if (name.endsWith("_serial")) replaceText(bytes, offset, length, (text) => pseudonyms.serial(text));
  else if (name === "model_text")
    disguiseTexts(bytes, { from: offset, to: offset + length, least: 6, keepsWords: true }, pseudonyms);
}

/** Up to the first NUL; blanks at its end stay. */
function replaceText(bytes: Uint8Array, offset: number, length: number, replace: (text: string) => string): void {
  const [text = ""] = String.fromCharCode(...bytes.subarray(offset, offset + length)).split("\u0000");
  const trimmed = text.trimEnd();
  if (trimmed === "") return;
  putText(bytes, offset, trimmed.length, replace(trimmed), text.length > trimmed.length ? 0x20 : 0);
}

/** What commands and their answers carry. */
function disguiseContent(message: Message, pseudonyms: Pseudonyms): void {
  if (message.type !== "command" && message.type !== "answer") return;
  const { kind, content, modbus } = message.type === "command" ? message.command : message.answer;
  if (kind === commandKinds.at) disguiseAtText(content, pseudonyms);
  else if (modbus !== undefined) {
    disguiseTexts(content, { from: 0, to: content.length, least: leastSerial, keepsWords: true }, pseudonyms);
  }
}

function habitOf({ type }: Message): { readonly least: number; readonly keepsWords?: true } {
  if (type === "hello" || type === "wifi_info") return { least: leastInHello };
  // Versions of the firmware stand there, at no certain place.
  return type === "report" ? { least: leastElsewhere, keepsWords: true } : { least: leastElsewhere };
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Where no span stands, before `end`. Spans are in order. */
function gapsBetween(spans: readonly FieldSpan[], end: number): readonly Gap[] {
  const gaps: Gap[] = [];
  let from = headerBytes;
  for (const { offset, length } of [...spans, { offset: end, length: 0 }]) {
    const to = Math.min(offset, end);
    if (from < foreignSerialEnd && foreignSerialEnd < to) {
      gaps.push({ from, to: foreignSerialEnd }, { from: foreignSerialEnd, to });
    } else if (to > from) gaps.push({ from, to });
    from = Math.max(from, offset + length);
  }
  return gaps;
}

/** Its bytes are a view of the frame. */
function guardModbus(message: Message): void {
  const part = message.type === "command" ? message.command : message.type === "answer" ? message.answer : undefined;
  const rtu = part?.modbus?.bytes;
  if (rtu === undefined) return;
  const checksum = crc16Modbus(rtu, 0, rtu.length - 2);
  rtu[rtu.length - 2] = checksum & 0xff;
  rtu[rtu.length - 1] = checksum >> 8;
}
