import type { Frame } from "../../../src/model/protocol.js";
import type { Pseudonyms } from "../../../src/model/pseudonyms.js";
import { checksum, headerBytes, trailerBytes } from "./splitter.js";

const serialOffset = 6;

/** The serial number in the header is all that tells whose a frame is. */
export function anonymizeFrame({ bytes, whole }: Frame, pseudonyms: Pseudonyms): Uint8Array {
  if (!whole || bytes.length < headerBytes + trailerBytes) return pseudonyms.scrub(bytes);
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  view.setUint32(serialOffset, pseudonyms.number(view.getUint32(serialOffset), 0xffff_ffff));
  const last = copy.length - trailerBytes;
  copy[last] = checksum(copy.subarray(0, last));
  return copy;
}
