import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { disguiseNamed, disguiseText, disguiseWords } from "../../../src/protocols/envoy/text-disguise.js";
import { KeyedPseudonyms } from "../../../src/recording/pseudonyms.js";

const create = (): KeyedPseudonyms => new KeyedPseudonyms(new Uint8Array(32));

describe("disguiseText", () => {
  it("replaces attributes by their names and keeps the document as it was written", () => {
    const pseudonyms = create();
    const text = `<?xml version="1.0"?>\n<perf_report report_timestamp='1436670000'>
<envoy serial_num="121319013553" ip_addr = '10.0.0.217' mac_addr="00:1D:C0:62:5A:F1" latitude="47.3769" longitude="8.5417"
 timezone="US/Eastern" part_num="800-00069-r05" sw_version="R3.12.34 (2e8bfe)" emu_region="NA"/>
<interval id="2905944" eqid="121333003009.1" end_date="1436646900" stats="65439"/></perf_report>`;
    const serial = pseudonyms.serial("121319013553");
    const expected = text
      .replace("121319013553", serial)
      .replace("10.0.0.217", pseudonyms.address("10.0.0.217"))
      .replace("00:1D:C0:62:5A:F1", pseudonyms.mac("00:1D:C0:62:5A:F1"))
      .replace("47.3769", "0.0")
      .replace("8.5417", "0.0")
      .replace("121333003009", pseudonyms.serial("121333003009"));
    expect(disguiseText(text, pseudonyms)).toBe(expected);
  });

  it("replaces elements, JSON and what tells itself by its form", () => {
    const result = disguiseText(
      '<a><ssid>HomeNet</ssid><x><![CDATA[{"serial_num":"121333003009","password": "geheim", "n":12}]]></x>see 10.0.0.217 or 121333003010</a>',
      create(),
    );
    expect(result).not.toMatch(/HomeNet|121333003009|geheim|10\.0\.0\.217|121333003010/);
    expect(result).toMatch(
      /^<a><ssid>[A-Za-z]{7}<\/ssid><x><!\[CDATA\[\{"serial_num":"\d{12}","password": "[a-z]{6}", "n":12\}\]\]>/,
    );
  });

  it("edits the document in a form field", () => {
    const pseudonyms = create();
    const form = "body=%3cenvoy%20serial_num%3d%22121319013553%22%2f%3e&token=abcdef1234";
    const serial = pseudonyms.serial("121319013553");
    const result = disguiseText(form, pseudonyms);
    expect(result).toMatch(/&token=[a-z]{6}\d{4}$/);
    expect(result).not.toContain("abcdef1234");
    expect(result.split("&")[0]).toBe(`body=%3cenvoy%20serial_num%3d%22${serial}%22%2f%3e`);
  });

  it("takes any text, and gives one without twelve digits in a row that were there", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(9), (text, digit) => {
        const serial = `12${digit}333003009`;
        expect(disguiseText(`${text}<e eqid="${serial}"/>`, create())).not.toContain(`"${serial}"`);
      }),
    );
  });

  it("needs no more than linear time for what is never closed", () => {
    const text = `a="${'b="'.repeat(20_000)}`;
    expect(disguiseText(text, create()).length).toBeGreaterThan(0);
  });
});

describe("disguiseNamed", () => {
  it("leaves values that name nobody, whatever they are called", () => {
    for (const value of ["true", "0", "on", ""]) expect(disguiseNamed("auth_enabled", value, create())).toBe(value);
    expect(disguiseNamed("webcomm_version", "4.6.0.12", create())).toBe("4.6.0.12");
  });
});

describe("disguiseWords", () => {
  it("takes neither versions nor longer numbers for addresses and serial numbers", () => {
    const text = "Envoy/3.12.34.1 v1.2.3.4 1234567890123 1436646900 65439,121333003009";
    expect(disguiseWords(text, create())).toBe(text);
  });
});
