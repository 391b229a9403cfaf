/** Bytes [from, to) that are printable ASCII, with none before or behind. */
export interface TextRun {
  readonly from: number;
  readonly text: string;
}

/** Runs of at least `least` printable characters in bytes [from, to), in order. */
export function findTextRuns(bytes: Uint8Array, least: number, from = 0, to = bytes.length): readonly TextRun[] {
  const runs: TextRun[] = [];
  let start = from;
  for (let at = from; at <= to; at += 1) {
    const byte = at < to ? (bytes[at] ?? 0) : 0;
    if (byte >= 0x20 && byte <= 0x7e) continue;
    if (at - start >= least) runs.push({ from: start, text: String.fromCharCode(...bytes.subarray(start, at)) });
    start = at + 1;
  }
  return runs;
}

/** Writes text over bytes, one byte a character; what does not fit into `length` is cut, what is left over filled with `fill`. */
export function putText(bytes: Uint8Array, at: number, length: number, text: string, fill = 0): void {
  for (let index = 0; index < length && at + index < bytes.length; index += 1) {
    bytes[at + index] = index < text.length ? text.charCodeAt(index) & 0xff : fill;
  }
}
