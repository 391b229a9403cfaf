import { deflateSync, inflateRawSync, inflateSync } from "node:zlib";

export type Inflated =
  | { readonly type: "inflated"; readonly bytes: Uint8Array }
  /** More would come out than the limit allows. */
  | { readonly type: "too-large" }
  | { readonly type: "not-deflate" };

/** A zlib stream, or a raw deflate stream where it is none. Never more than `limitBytes` come out. */
export function inflate(bytes: Uint8Array, limitBytes: number): Inflated {
  const asZlib = attempt(() => inflateSync(bytes, { maxOutputLength: limitBytes }));
  return asZlib.type === "not-deflate" ? attempt(() => inflateRawSync(bytes, { maxOutputLength: limitBytes })) : asZlib;
}

/** To a zlib stream. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes);
}

function attempt(open: () => Uint8Array): Inflated {
  try {
    return { type: "inflated", bytes: open() };
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return { type: isTooLarge ? "too-large" : "not-deflate" };
  }
}
