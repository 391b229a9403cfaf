import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from "node:zlib";

/** How compressed bytes are wrapped. `level`: as the header of zlib tells it. */
export type Wrapper =
  | { readonly type: "zlib"; readonly level: number }
  | { readonly type: "gzip" }
  | { readonly type: "raw" };

export interface Unwrapped {
  readonly wrapper: Wrapper;
  readonly bytes: Uint8Array;
}

/** Compression levels by the two highest bits of a zlib stream's second byte (RFC 1950). */
const zlibLevels = [1, 5, 6, 9];

/** Undefined: it is none of them, or more than `limitBytes` would come out. Raw deflate is tried only where `allowsRaw`. */
export function unwrap(bytes: Uint8Array, limitBytes: number, allowsRaw: boolean): Unwrapped | undefined {
  const [first = 0, second = 0] = bytes;
  const limit = { maxOutputLength: limitBytes };
  if (first === 0x1f && second === 0x8b) return attempt({ type: "gzip" }, () => gunzipSync(bytes, limit));
  const wrapper: Wrapper = { type: "zlib", level: zlibLevels[second >> 6] ?? 6 };
  const asZlib = (first & 0x0f) === 8 ? attempt(wrapper, () => inflateSync(bytes, limit)) : undefined;
  if (asZlib !== undefined || !allowsRaw) return asZlib;
  return attempt({ type: "raw" }, () => inflateRawSync(bytes, limit));
}

/** Inverse of `unwrap`. */
export function wrap({ wrapper, bytes }: Unwrapped): Uint8Array {
  switch (wrapper.type) {
    case "zlib":
      return deflateSync(bytes, { level: wrapper.level });
    case "gzip":
      return gzipSync(bytes);
    case "raw":
      return deflateRawSync(bytes);
  }
}

function attempt(wrapper: Wrapper, open: () => Uint8Array): Unwrapped | undefined {
  try {
    return { wrapper, bytes: open() };
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
