import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "../../src/wire/wire-error.js";
import { hasDoctype, parseXml } from "../../src/wire/xml.js";

const limits = { characters: 10_000, tags: 200 };

describe("parseXml", () => {
  it("gives attributes as text in either quotes, children in order, text and CDATA", () => {
    const root = parseXml(
      `<?xml version='1.0'?>\n<r a='01' b="x &lt;&amp;&#65;&#x42;"><c/>t<d e="1"/><c><![CDATA[{"a":"<&amp;"}]]></c><!-- no --></r>\n`,
      limits,
    );
    expect(Object.fromEntries(root.attributes)).toEqual({ a: "01", b: "x <&AB" });
    expect(root.children.map((child) => child.name)).toEqual(["c", "d", "c"]);
    expect(root.children[2]?.text).toBe('{"a":"<&amp;"}');
    expect(root.text).toBe("t");
  });

  it("leaves entities that are not predefined unresolved", () => {
    expect(parseXml("<r a='&secret;'>&other;</r>", limits)).toMatchObject({ text: "&other;" });
  });

  it.each([
    ["a document type", "<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>"],
    ["nothing", ""],
    ["text alone", "hello"],
    ["two roots", "<a/><b/>"],
    ["an open tag", "<r"],
    ["a document that was cut", "<r><a/><a"],
    ["a root that is not closed", "<r><a></a>"],
    ["a reserved name", "<__proto__ a='1'/>"],
    ["deep nesting", "<a>".repeat(30) + "</a>".repeat(30)],
    ["too many tags", `<r>${"<a/>".repeat(201)}</r>`],
    ["too many characters", `<r>${"x".repeat(10_001)}</r>`],
  ])("refuses %s", (_name, text) => {
    expect(() => parseXml(text, limits)).toThrow(WireError);
  });

  it("throws nothing but WireError, whatever comes", () => {
    const pieces = fc.constantFrom(
      "<",
      ">",
      "/",
      "a",
      "='1'",
      " ",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "<?",
      "?>",
      "&#1;",
      "\u0000",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
        try {
          parseXml(`<r>${parts.join("")}</r>`, limits);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("hasDoctype", () => {
  it("finds a document type and an entity in any case", () => {
    expect(["<!DOCTYPE r>", "<!doctype r>", "<r><!ENTITY a>"].every(hasDoctype)).toBe(true);
    expect(hasDoctype("<r>DOCTYPE</r>")).toBe(false);
  });
});
