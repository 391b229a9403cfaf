import { describe, expect, it } from "vitest";
import type { PropertyLine } from "../../src/model/protocol.js";
import { renderProperties } from "../../src/monitoring/properties-markdown.js";

const humidity: PropertyLine = {
  ...{ id: "0x0600", key: "humidity", name: "Room humidity", type: "tenths", unit: "%" },
  ...{ queries: 3, changes: 1, decoded: 54, raw: "06021c" },
};

function lastRow(line: PropertyLine): string | undefined {
  return renderProperties([line]).trimEnd().split("\n").at(-1);
}

describe("properties in Markdown", () => {
  it("W23: are a table with one row each", () => {
    const mode: PropertyLine = {
      ...{ id: "0x0111", key: "system_mode", name: "System mode", type: "enum" },
      ...{ queries: 9, changes: 0, decoded: "Normal", raw: "0201" },
    };
    expect(renderProperties([humidity, mode])).toBe(
      [
        "| id | name | type | sample (raw) | decoded | queries | changes |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| 0x0600 | Room humidity | tenths | 06021c | 54 % | 3 | 1 |",
        "| 0x0111 | System mode | enum | 0201 | Normal | 9 | 0 |",
        "",
      ].join("\n"),
    );
    expect(renderProperties([]).split("\n")).toHaveLength(3);
  });

  it("leave cells empty where nothing is known", () => {
    const { type: _type, raw: _raw, ...bare } = humidity;
    expect(lastRow({ ...bare, decoded: null })).toBe("| 0x0600 | Room humidity |  |  |  | 3 | 1 |");
  });

  it("let no text of a device break out of its cell", () => {
    const text = "a | b\r\n<img src=x> `c` [d](e) *f* \\|";
    const row = lastRow({ ...humidity, decoded: text, name: "prop_0x7abc" });
    expect(row).toBe(
      "| 0x0600 | prop\\_0x7abc | tenths | 06021c | a \\| b \\<img src=x\\> \\`c\\` \\[d\\](e) \\*f\\* \\\\\\| | 3 | 1 |",
    );
    expect(row?.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(8);
  });

  it("leave out what tells whose device it is", () => {
    expect(lastRow({ ...humidity, isPersonal: true })).toBe("| 0x0600 | Room humidity | tenths | … | … | 3 | 1 |");
  });
});
