import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formFieldBytes } from "../../src/wire/form-bytes.js";

const field = (form: string, name = "body") => {
  const found = formFieldBytes(Buffer.from(form), name);
  return found === undefined ? undefined : Buffer.from(found).toString("latin1");
};

describe("field of a form as bytes", () => {
  it("is the first of its name, parted at the first =", () => {
    expect(field("a=1&body=x=y&body=z")).toBe("x=y");
    expect(field("a=1&nobody=2")).toBeUndefined();
    expect(field("body")).toBeUndefined();
    expect(field("body=")).toBe("");
  });

  it("has %XX in either case and + for a blank decoded, and a lone % left", () => {
    expect(field("body=%3cx%3E+%2B%zz%4")).toBe("<x> +%zz%4");
  });

  it("gives back any bytes, whatever charset they are in", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const encoded = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
        expect([...(formFieldBytes(Buffer.from(`x=1&body=${encoded}`), "body") ?? [])]).toEqual([...bytes]);
      }),
    );
  });

  it("takes any input", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        formFieldBytes(bytes, "body");
      }),
    );
  });
});
