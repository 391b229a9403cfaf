import { describe, expect, it } from "vitest";
import {
  count,
  list,
  object,
  oneOf,
  optional,
  record,
  ref,
  request,
  text,
  time,
  value,
  view,
} from "../../../src/web/schemas/schema.js";

interface Thing {
  readonly name: string;
  readonly size?: number;
}

const thing = view<Thing>("Thing", "A thing", { name: text(), size: optional(count("In metres")) });

describe("schemas", () => {
  it("need the keys that are not optional", () => {
    expect(thing).toEqual({
      $id: "Thing",
      type: "object",
      description: "A thing",
      properties: { name: { type: "string" }, size: { type: "integer", minimum: 0, description: "In metres" } },
      required: ["name"],
    });
  });

  it("allow no other keys in what is asked", () => {
    const name = { type: "string" };
    expect(request<{ readonly name: string }>("Wish", "A wish", { name: text() })).toEqual({
      ...{ $id: "Wish", type: "object", description: "A wish", properties: { name }, required: ["name"] },
      additionalProperties: false,
    });
  });

  it("are checked against the type that they describe", () => {
    // @ts-expect-error: a key is missing
    expect(object<Thing>({ name: text() }).required).toEqual(["name"]);
    // @ts-expect-error: the type does not know it as optional
    expect(object<Thing>({ name: optional(text()), size: optional(count()) }).required).toEqual([]);
    // @ts-expect-error: the type knows it as optional
    expect(object<Thing>({ name: text(), size: count() }).required).toEqual(["name", "size"]);
  });

  it("name each other", () => {
    expect(list(ref(thing), "Things")).toEqual({ type: "array", items: { $ref: "Thing#" }, description: "Things" });
    expect(record(ref(thing))).toEqual({ type: "object", additionalProperties: { $ref: "Thing#" } });
  });

  it("say what a value can be", () => {
    expect(oneOf(["a", "b"])).toEqual({ type: "string", enum: ["a", "b"] });
    expect(value()).toEqual({ type: ["number", "string", "boolean", "null"] });
    expect(time("When it came")).toMatchObject({
      type: "integer",
      description: expect.stringMatching(/^When it came, in/),
    });
  });
});
