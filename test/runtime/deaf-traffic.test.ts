import { describe, expect, it } from "vitest";
import { deafLeg, deafSession } from "../../src/runtime/deaf-traffic.js";
import { legOpening } from "../support/capture-moments.js";

describe("an observer in the place of one that failed", () => {
  it("wants nothing and takes everything", () => {
    expect(deafSession.wantsSecrets).toBe(false);
    expect(deafSession.legOpened(legOpening("device"))).toBe(deafLeg);
    expect(deafLeg.received(Buffer.from("x"))).toBeUndefined();
  });
});
