import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderLayout } from "../../src/cli/layout-text.js";

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

describe("a frame with names beside its bytes", () => {
  it("shows each field with its offset, bytes, name and value, and characters where nothing is known", () => {
    const frame = bytes("a5 0400 10 aabbccdd 48656c6c6f00 15");
    const text = renderLayout(frame, [
      { offset: 0, length: 1, name: "start" },
      { offset: 1, length: 2, name: "payload_length", value: "4 bytes" },
      { offset: 4, length: 4, name: "energy_today", value: "0.42 kWh" },
      { offset: 14, length: 1, name: "end", value: "15" },
    ]);
    expect(text).toBe(
      [
        " 0  0000  a5                 start           |.|",
        " 1  0001  04 00              payload_length  4 bytes",
        " 3  0003  10                                 |.|",
        " 4  0004  aa bb cc dd        energy_today    0.42 kWh",
        " 8  0008  48 65 6c 6c 6f 00                  |Hello.|",
        "14  000e  15                 end             15",
        "",
      ].join("\n"),
    );
  });

  it("folds what is longer than 16 bytes", () => {
    const frame = Buffer.from("0123456789abcdefGHIJ0123456789abcdefKL");
    expect(renderLayout(frame, [{ offset: 0, length: 20, name: "firmware", value: "LSW3" }])).toBe(
      [
        " 0  0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  firmware  LSW3",
        "16  0010  47 48 49 4a",
        "20  0014  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66            |0123456789abcdef|",
        "36  0024  4b 4c                                                      |KL|",
        "",
      ].join("\n"),
    );
  });

  it("keeps what a device says from moving the cursor", () => {
    const text = renderLayout(bytes("1b5b324a"), [
      { offset: 0, length: 4, name: "at_text", value: "\u001b[2J\r\u009b" },
    ]);
    expect(text).toBe("0  0000  1b 5b 32 4a  at_text  .[2J..\n");
  });

  it("shows nothing of no bytes", () => {
    expect(renderLayout(new Uint8Array(), [])).toBe("");
  });

  it("shows every byte once, in order, in rows of at most 16", () => {
    const spans = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 40 })), { maxLength: 8 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), spans, (frame, gaps) => {
        let at = 0;
        const named = gaps.flatMap(([gap, length], index) => {
          const offset = at + gap;
          at = offset + length;
          return at <= frame.length ? [{ offset, length, name: `field_${index}`, value: "v" }] : [];
        });
        const rows = renderLayout(frame, named).split("\n").slice(0, -1);
        const shown = rows.map(
          (row) => /^ *\d+ {2}[0-9a-f]{4} {2}((?:[0-9a-f]{2} ?)+)(?: |$)/.exec(row)?.[1]?.trim() ?? "",
        );
        expect(shown.every((hex) => hex.length <= 47)).toBe(true);
        expect(shown.join("").replaceAll(" ", "")).toBe(Buffer.from(frame).toString("hex"));
      }),
    );
  });
});
