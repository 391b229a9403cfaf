import fc from "fast-check";

/** The same bytes cut at any places, also into single bytes and nothing. */
export function inPieces(bytes: Uint8Array): fc.Arbitrary<readonly Uint8Array[]> {
  return fc.array(fc.nat(bytes.length), { maxLength: 40 }).map((places) => {
    const cuts = [0, ...places, bytes.length].sort((one, other) => one - other);
    return cuts.slice(1).map((to, index) => bytes.subarray(cuts[index] ?? 0, to));
  });
}
