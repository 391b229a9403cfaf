import { formatIpAddress, withoutMapping } from "./ip-address.js";

const remembered = 8;

/** Texts of the addresses in packets. The same few come again and again: the latest are remembered. */
export class AddressTexts {
  readonly #latest: { readonly bytes: Uint8Array; readonly text: string }[] = [];
  #next = 0;

  /** Of the 4 or 16 bytes at `at`. What was captured as `::ffff:192.0.2.1` is 192.0.2.1. */
  of(bytes: Uint8Array, at: number, length: 4 | 16): string {
    if (length === 4) return `${bytes[at] ?? 0}.${bytes[at + 1] ?? 0}.${bytes[at + 2] ?? 0}.${bytes[at + 3] ?? 0}`;
    for (const known of this.#latest) if (isAt(bytes, at, known.bytes)) return known.text;
    // Copied, so that it keeps no part of a file in memory.
    const own = Uint8Array.from(bytes.subarray(at, at + length));
    const text = formatIpAddress(withoutMapping(own));
    this.#latest[this.#next] = { bytes: own, text };
    this.#next = (this.#next + 1) % remembered;
    return text;
  }
}

/** The last bytes differ most often. */
function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = wanted.length - 1; index >= 0; index -= 1) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}
