const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * One's complement sum of 16-bit words in network order (RFC 1071), 0 to 0xffff, of bytes that begin at an even place; an odd last byte is the
 * high one of its word. Sums may be added and folded.
 */
export function internetSum(bytes: Uint8Array): number {
  const { byteOffset, length } = bytes;
  const headBytes = Math.min(length, (4 - (byteOffset % 4)) % 4);
  const wordCount = (length - headBytes) >>> 2;
  const tailAt = headBytes + 4 * wordCount;
  let sum = edgeSum(bytes, 0, headBytes) + edgeSum(bytes, tailAt, length);
  if (wordCount > 0) {
    const native = fold(wordSum(new Uint32Array(bytes.buffer, byteOffset + headBytes, wordCount)));
    // Words that begin at an odd place, and words of the other byte order, have their bytes swapped; the sum then has, too.
    const isSwapped = isLittleEndian !== (headBytes % 2 === 1);
    sum += isSwapped ? swap(native) : native;
  }
  return fold(sum);
}

/** The checksum field of a sum. */
export function internetChecksum(sum: number): number {
  return ~fold(sum) & 0xffff;
}

/** Added up in four places at once, because one addition need not wait for another then. No sum reaches 2^53 below 8 MB. */
function wordSum(words: Uint32Array): number {
  const { length } = words;
  let total = 0;
  for (let at = 0; at < length; ) {
    const end = Math.min(length, at + 1_048_576);
    let [a, b, c, d] = [0, 0, 0, 0];
    for (; at + 4 <= end; at += 4) {
      a += words[at] ?? 0;
      b += words[at + 1] ?? 0;
      c += words[at + 2] ?? 0;
      d += words[at + 3] ?? 0;
    }
    for (; at < end; at += 1) a += words[at] ?? 0;
    total = fold(total + fold(a) + fold(b) + fold(c) + fold(d));
  }
  return total;
}

function edgeSum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += at % 2 === 0 ? (bytes[at] ?? 0) * 256 : (bytes[at] ?? 0);
  return sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

function swap(word: number): number {
  return ((word & 0xff) << 8) | (word >>> 8);
}
