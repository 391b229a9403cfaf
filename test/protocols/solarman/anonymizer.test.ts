import { describe, expect, it } from "vitest";
import { anonymizeFrame } from "../../../src/protocols/solarman/anonymizer.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeFrame, encodeHello } from "../../../src/protocols/solarman/encoder.js";
import { encodeReadRequest, encodeReadResponse, findRequest } from "../../../src/protocols/solarman/modbus.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import { KeyedPseudonyms } from "../../../src/recording/pseudonyms.js";

const address = { serverSequence: 1, deviceSequence: 2, loggerSerial: 2_712_345_678 };
const times = { totalS: 1_000, powerOnS: 100, offsetS: 1_700_000_000 };
const create = (): KeyedPseudonyms => new KeyedPseudonyms(new Uint8Array(32));

function anonymized(bytes: Uint8Array, pseudonyms = create()): Uint8Array {
  const copy = anonymizeFrame({ direction: "device-to-cloud", bytes, whole: true }, pseudonyms);
  const frames = createSolarmanSplitter("device-to-cloud").push(copy);
  expect(frames.map(({ whole }) => whole)).toEqual([true]);
  return copy;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("anonymizing a Solarman frame", () => {
  it("replaces serial number, MAC and IP address of a hello and keeps the rest", () => {
    const values = {
      ...{ logger_firmware: "LSW3_15_FFFF_1.0.65R", mac_address: "98:d8:63:85:98:08", ip_address: "192.168.1.210" },
      ...{ signal_strength: 71, extended_version: "V1.1.00.0B" },
    };
    const message = decodeMessage(anonymized(encodeHello(address, times, values)));
    if (message.type !== "hello") throw new Error("expected a hello");
    expect(message.head).toMatchObject({ type: 0x41, serverSequence: 1, deviceSequence: 2 });
    expect(message.head.loggerSerial).not.toBe(address.loggerSerial);
    expect(message.values).toMatchObject({ logger_firmware: "LSW3_15_FFFF_1.0.65R", signal_strength: 71 });
    expect(message.values.mac_address).toMatch(/^02:/);
    expect(message.values.ip_address).toMatch(/^192\.168\.\d+\.\d+$/);
    expect(message.values.ip_address).not.toBe("192.168.1.210");
  });

  it("replaces what reads like text where nobody knows what stands there", () => {
    const payload = new Uint8Array(212);
    payload[0] = 0x02;
    payload.set(Buffer.from("cert ok"), 131);
    payload.set(Buffer.from("My Home"), 172);
    const copy = textOf(anonymized(encodeFrame(0x41, address, payload)));
    expect(copy).not.toMatch(/My Home|cert/);
    const unknown = encodeFrame(0x4b, address, Buffer.from("\u0001network of Jane\u0000"));
    expect(textOf(anonymized(unknown))).not.toMatch(/Jane|network/);
  });

  it("knows the serial number of records that it cannot read", () => {
    const payload = new Uint8Array(80);
    payload.set([1, 1, 5]);
    payload.set(Buffer.from("110AD0185160014 PVBLINK"), 21);
    const pseudonyms = create();
    const copy = textOf(anonymized(encodeFrame(0x42, address, payload), pseudonyms));
    expect(copy).toContain(pseudonyms.serial("110AD0185160014"));
    expect(copy).not.toContain("110AD0185160014");
  });

  it("finds a serial number in registers, and makes both checksums anew", () => {
    const request = findRequest(encodeReadRequest(3, 5));
    if (request === undefined) throw new Error("expected a request");
    const registers = [0x3235, 0x3130, 0x3233, 0x3435, 0x3738];
    const content = encodeReadResponse(request, registers);
    const payload = Uint8Array.of(2, 1, ...new Uint8Array(12), ...content);
    const message = decodeMessage(anonymized(encodeFrame(0x15, address, payload)));
    if (message.type !== "answer") throw new Error("expected an answer");
    expect(message.answer.modbus?.registers).toHaveLength(5);
    expect(textOf(message.answer.content)).not.toContain("2510234578");
    expect(textOf(message.answer.content.subarray(3, 13))).toMatch(/^\d{10}$/);
  });

  it("replaces parameters of AT commands", () => {
    const payload = Uint8Array.of(1, ...new Uint8Array(14), ...Buffer.from("AT+WSKEY=WPA2PSK,AES,hunter2secret\r"));
    const copy = anonymizeFrame(
      { direction: "cloud-to-device", bytes: encodeFrame(0x45, address, payload), whole: true },
      create(),
    );
    expect(textOf(copy)).toContain("AT+WSKEY=WPA2PSK,AES,");
    expect(textOf(copy)).not.toContain("hunter2");
  });

  it("finds in other frames what one has shown", () => {
    const pseudonyms = create();
    anonymized(encodeFrame(0x47, address, Uint8Array.of(0)), pseudonyms);
    const report = Uint8Array.of(...new Uint8Array(20), ...Buffer.from("AP_2712345678"), 0x4e, 0xc1, 0xab, 0xa1);
    const copy = anonymized(encodeFrame(0x48, { ...address, loggerSerial: 0 }, report), pseudonyms);
    expect(textOf(copy)).not.toContain("2712345678");
    expect(decodeMessage(copy).head.loggerSerial).toBe(0);
  });

  it("leaves the bytes that it was given as they were", () => {
    const bytes = Buffer.from(encodeFrame(0x47, address, Uint8Array.of(0)));
    const before = bytes.toString("hex");
    anonymized(bytes);
    expect(bytes.toString("hex")).toBe(before);
  });
});
