import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generation at its first size while modules are loaded. Loading alone would let it grow to its limit, and
 * it stays there: some 9 MB of resident memory for a process that is idle most of its life.
 */
export function holdYoungGeneration(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

/** Lets it grow again with the load, as V8 does by default. */
export function releaseYoungGeneration(): void {
  setFlagsFromString("--semi-space-growth-factor=2");
}
