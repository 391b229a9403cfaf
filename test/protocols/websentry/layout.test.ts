import { describe, expect, it } from "vitest";
import type { FieldSpan } from "../../../src/model/protocol.js";
import type { Direction } from "../../../src/model/session.js";
import { layOutFrame } from "../../../src/protocols/websentry/layout.js";
import { headBytesOf } from "../../../src/protocols/websentry/splitter.js";
import { bytes } from "./dialogue.js";

/** The checksum is the splitter's to judge. */
function frame(payload: string): Uint8Array {
  const content = bytes(payload);
  return Uint8Array.of(0x70, 0x83, 0x9e, 0x12, 0x34, 0, content.length, ...content);
}

function layOut(payload: string, direction: Direction = "device-to-cloud"): readonly FieldSpan[] {
  return layOutFrame({ bytes: frame(payload), direction, whole: true });
}

function shown(payload: string, direction?: Direction): readonly string[] {
  return layOut(payload, direction)
    .slice(3)
    .map(({ offset, length, name, value }) => `${offset}+${length} ${name} ${value}`);
}

describe("names beside the bytes of a WebSentry frame", () => {
  it("names magic, checksum and length", () => {
    expect(layOut("03 10 1c 00").slice(0, 3)).toEqual([
      { offset: 0, length: 3, name: "start", value: "70 83 9e" },
      { offset: 3, length: 2, name: "checksum", value: "0x1234" },
      { offset: 5, length: 2, name: "payload_length", value: "4 bytes" },
    ]);
  });

  it("names each property, its type and its value", () => {
    expect(shown("02 0600 06 0216 0c01 09 0101 0e02 02 03")).toEqual([
      "7+1 function 0x02 reply",
      "8+2 property 0x0600 Room humidity",
      "10+1 type 0x06 tenths",
      "11+2 humidity 53.4 %",
      "13+2 property 0x0c01 Blower",
      "15+1 type 0x09 typed enum",
      "16+1 blower_enabled_kind 0x01 off_on",
      "17+1 blower_enabled On (1)",
      "18+2 property 0x0e02 Supply air mode",
      "20+1 type 0x02 enum",
      "21+1 supply_air_mode Heat (3)",
    ]);
  });

  it("names the parts of ranged numbers and of texts, and what stands in place of a value", () => {
    expect(shown("02 0c04 08 005a000a006405 0c09 01 05 fff0 07 03 4f6666 fff1 12 075bcd15").slice(3)).toEqual([
      "11+2 blower_normal_speed 90 %",
      "13+2 blower_normal_speed_min 10 %",
      "15+2 blower_normal_speed_max 100 %",
      "17+1 blower_normal_speed_step 5 %",
      "18+2 property 0x0c09 prop_0x0c09",
      "20+1 type 0x01 status",
      "21+1 status not available now (5)",
      "22+2 property 0xfff0 prop_0xfff0",
      "24+1 type 0x07 text",
      "25+1 prop_0xfff0_length 3",
      "26+3 prop_0xfff0 Off",
      "29+2 property 0xfff1 prop_0xfff1",
      "31+1 type 0x12 large number",
      "32+4 prop_0xfff1 123456789",
    ]);
  });

  it("tells a query from its reply, and the label that a Set writes as a number", () => {
    expect(shown("02 0600 0f", "cloud-to-device")).toEqual([
      "7+1 function 0x02 query",
      "8+2 property 0x0600 Room humidity",
      "10+1 type 0x0f tell me",
    ]);
    expect(shown("03 0c01 03 0001", "cloud-to-device").at(-1)).toBe("11+2 blower_enabled On (1)");
  });

  it("stops where a value cannot be read", () => {
    expect(shown("02 0600 06 0216 0601 77 01020304").slice(4)).toEqual([
      "13+2 property 0x0601 Room temperature",
      "15+1 type 0x77 not known",
    ]);
    expect(shown("02 0600 06 02")).toEqual(["7+1 function 0x02 reply"]);
    expect(shown("08 01 02 03")).toEqual(["7+1 function 0x08 not decoded"]);
    expect(shown("00 0600 06 0216", "cloud-to-device")).toEqual(["7+1 function 0x00 not known"]);
  });

  it("tells how many bytes stand before the payload", () => {
    const direction = "device-to-cloud";
    expect(headBytesOf({ bytes: frame("00"), direction, whole: true })).toBe(7);
    expect(headBytesOf({ bytes: Uint8Array.of(0x70), direction, whole: true })).toBe(0);
  });
});
