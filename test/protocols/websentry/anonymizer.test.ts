import { describe, expect, it } from "vitest";
import { anonymizeFrame } from "../../../src/protocols/websentry/anonymizer.js";
import { encodeFrame } from "../../../src/protocols/websentry/encoder.js";
import type { Item } from "../../../src/protocols/websentry/items.js";
import { decodeMessage } from "../../../src/protocols/websentry/messages.js";
import { createWebsentrySplitter, headerBytes } from "../../../src/protocols/websentry/splitter.js";
import { KeyedPseudonyms } from "../../../src/recording/pseudonyms.js";

const create = (): KeyedPseudonyms => new KeyedPseudonyms(new Uint8Array(32));

/** The payload of the copy, which is a whole frame again. */
function anonymized(hex: string, pseudonyms = create()): Uint8Array {
  const bytes = encodeFrame(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  const copy = anonymizeFrame({ direction: "device-to-cloud", bytes, whole: true }, pseudonyms);
  expect(createWebsentrySplitter("device-to-cloud").push(copy)).toHaveLength(1);
  expect(copy).toHaveLength(bytes.length);
  return copy.subarray(headerBytes);
}

function itemsOf(payload: Uint8Array): readonly Item[] {
  const message = decodeMessage(payload, "device-to-cloud");
  return "items" in message ? message.items : [];
}

describe("anonymizing a WebSentry frame", () => {
  it("replaces the MAC address of an Init and keeps its flags", () => {
    const [first, mac, flags] = itemsOf(anonymized("00 ff 00 02 05 04 01 0d 00 90 c2 0c 02 b3 01 20 02 07"));
    expect(first).toEqual({ id: 0xff00, type: 0x02, raw: 5 });
    expect(mac).toEqual({ id: 0x0401, type: 0x0d, text: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/) });
    expect(flags).toEqual({ id: 0x0120, type: 0x02, raw: 7 });
  });

  it("replaces the serial number alike as number and as text", () => {
    const items = itemsOf(anonymized("02 01 03 12 07 5b cd 15 01 10 07 09 31 32 33 34 35 36 37 38 39"));
    const [number, text] = items;
    expect(number).toMatchObject({ id: 0x0103, value: expect.any(Number) });
    expect(number).not.toMatchObject({ value: 123_456_789 });
    expect(text).toMatchObject({ text: number !== undefined && "value" in number ? String(number.value) : "" });
  });

  it("replaces addresses and leaves the mask", () => {
    const items = itemsOf(anonymized("02 04 02 0c 0a 0f 19 22 04 03 0c ff ff ff 00 20 03 0c 36 d0 01 0b"));
    const texts = items.map((item) => ("text" in item ? item.text : ""));
    expect(texts[0]).toMatch(/^10\./);
    expect(texts[0]).not.toBe("10.15.25.34");
    expect(texts[1]).toBe("255.255.255.0");
    expect(texts[2]).toMatch(/^(192\.0\.2|203\.0\.113)\./);
  });

  it("keeps every other value", () => {
    const hex = "02 01 01 07 07 35 2e 31 35 2e 31 32 06 01 06 02 75 0c 04 08 00 53 00 37 00 5f 01";
    expect(Buffer.from(anonymized(hex)).toString("hex")).toBe(hex.replaceAll(" ", ""));
  });

  it("replaces text behind a value of unknown type and in messages that are not understood", () => {
    expect(Buffer.from(anonymized("02 01 01 1f 00 4a 61 6e 65 20 44 6f 65 00")).toString()).not.toContain("Jane");
    expect(Buffer.from(anonymized("08 00 4a 61 6e 65 20 44 6f 65 00")).toString()).not.toContain("Jane");
  });

  it("finds elsewhere what it has seen", () => {
    const pseudonyms = create();
    anonymized("00 04 01 0d 00 90 c2 0c 02 b3", pseudonyms);
    expect(Buffer.from(anonymized("08 01 00 90 c2 0c 02 b3 02", pseudonyms)).includes("0090c20c02b3", "hex")).toBe(
      false,
    );
  });
});
