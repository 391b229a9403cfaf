import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFormText } from "../../src/wire/form.js";
import { editFormFields } from "../../src/wire/form-edit.js";

describe("editFormFields", () => {
  it("leaves what is not changed byte for byte", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (form) => {
        expect(editFormFields(form, (value) => value)).toBe(form);
      }),
    );
  });

  it("writes what is changed as the rest of the value was written", () => {
    const edit = (value: string): string => value.replace("1", "2 é&");
    expect(editFormFields("a=%3cx%20y%3d%221%22%3e&b=3", edit)).toBe("a=%3cx%20y%3d%222%20%e9%26%22%3e&b=3");
    expect(editFormFields("a=<x+y=1>", edit)).toBe("a=<x+y=2+%E9%26>");
  });

  it("tells the name of the field, and passes over what has none", () => {
    const keys: string[] = [];
    editFormFields("bo%64y=1&&alone&x=2=3", (value, key) => {
      keys.push(`${key}:${value}`);
      return value;
    });
    expect(keys).toEqual(["body:1", "x:2=3"]);
  });

  it("is read back as what was written", () => {
    const ascii = fc.string({ unit: "grapheme-ascii" });
    fc.assert(
      fc.property(ascii, fc.constantFrom("a=%20", "a=+", "a=%3c<", "a="), (value, form) => {
        const edited = editFormFields(form, () => value);
        expect(decodeFormText(edited.slice(2))).toBe(value);
      }),
    );
  });
});
