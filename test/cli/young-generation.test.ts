import { getHeapSpaceStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { holdYoungGeneration, releaseYoungGeneration } from "../../src/cli/young-generation.js";

function youngGenerationBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === "new_space")?.space_size ?? 0;
}

/** Makes short-lived objects, as loading modules does. */
function allocate(): number {
  let kept: { readonly index: number; readonly text: string }[] = [];
  for (let index = 0; index < 400_000; index += 1) {
    kept.push({ index, text: `short-lived ${index}` });
    if (kept.length > 20_000) kept = [];
  }
  return kept.length;
}

describe("young generation", () => {
  it("does not grow while it is held", () => {
    holdYoungGeneration();
    const before = youngGenerationBytes();
    allocate();
    const after = youngGenerationBytes();
    releaseYoungGeneration();
    expect(after).toBeLessThanOrEqual(before);
  });
});
