/** Bytes of hex digits. Half a byte at the end and what is no digit end the reading. */
export function bytesOf(hex: string): Uint8Array {
  const digits = /^(?:[0-9a-f]{2})*/i.exec(hex)?.[0] ?? "";
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}

/**
 * Which bytes differ from those at the same place of an earlier frame, one entry a byte. Bytes that the earlier one does not have
 * count as changed. Without an earlier one nothing is.
 */
export function changedBytes(bytes: Uint8Array, earlier: Uint8Array | undefined): readonly boolean[] {
  if (earlier === undefined) return Array.from(bytes, () => false);
  return Array.from(bytes, (byte, index) => byte !== earlier[index]);
}

/** What stands for a byte where text is shown. */
export function characterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}

/** Two hex digits. */
export function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
