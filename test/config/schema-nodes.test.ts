import { describe, expect, it } from "vitest";
import { choice, classes, count, listenNode, seconds, section } from "../../src/config/schema-nodes.js";

describe("the building blocks of the schema", () => {
  it("let nothing unknown into a section, which may be left out", () => {
    expect(section("s", {})).toMatchObject({ additionalProperties: false, default: {} });
  });

  it("have their default among what they allow", () => {
    expect(choice(["a", "b"], "b", "c")).toMatchObject({ enum: ["a", "b"], default: "b" });
    for (const node of [count("c", 100), seconds("s", 5)]) {
      expect(node.default).toBeGreaterThanOrEqual(node.minimum ?? Number.NaN);
      expect(node.default).toBeLessThanOrEqual(node.maximum ?? Number.NaN);
    }
  });

  it("name the classes of commands, and take ports from any free one on", () => {
    expect(classes("c").description).toContain("firmware");
    expect(listenNode("l")).toMatchObject({ minimum: 0, maximum: 65_535 });
  });
});
