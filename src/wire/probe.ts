/** What the first bytes of a device say about its protocol. */
export type ProbeAnswer = "match" | "no-match" | "need-more";

/** A byte, a range of bytes, both ends included, or undefined for any. */
export type ProbeByte = number | readonly [from: number, to: number] | undefined;

/** Compares the first bytes of a connection with a pattern. Never throws; looks at no more bytes than the pattern has. */
export function createProbe(pattern: readonly ProbeByte[]): (head: Uint8Array) => ProbeAnswer {
  return (head) => {
    for (const [index, wanted] of pattern.entries()) {
      const byte = head[index];
      if (byte === undefined) return "need-more";
      if (!fits(byte, wanted)) return "no-match";
    }
    return "match";
  };
}

function fits(byte: number, wanted: ProbeByte): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === "number") return byte === wanted;
  return byte >= wanted[0] && byte <= wanted[1];
}
