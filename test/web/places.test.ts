import { describe, expect, it } from "vitest";
import { Places } from "../../src/web/places.js";

describe("places", () => {
  it("are taken until none is left, and again when one was left", () => {
    const places = new Places(2);
    const leave = places.take();
    expect(places.take()).toBeDefined();
    expect(places.take()).toBeUndefined();
    leave?.();
    expect(places.take()).toBeDefined();
  });

  it("are left once, however often that is said", () => {
    const places = new Places(1);
    const leave = places.take();
    leave?.();
    leave?.();
    expect(places.take()).toBeDefined();
    expect(places.take()).toBeUndefined();
  });
});
