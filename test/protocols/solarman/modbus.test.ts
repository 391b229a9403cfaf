import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeReadRequest,
  encodeReadResponse,
  encodeWriteRequest,
  encodeWriteResponse,
  findRequest,
  findResponse,
} from "../../../src/protocols/solarman/modbus.js";
import { bytes, hex } from "./dialogue.js";

const readSix = "01030003000635c8";

describe("requests", () => {
  it("are found with their registers", () => {
    expect(findRequest(bytes(readSix))).toMatchObject({ unit: 1, functionCode: 3, firstRegister: 3, registerCount: 6 });
    expect(hex(encodeReadRequest(3, 6))).toBe(readSix);
    expect(findRequest(encodeWriteRequest(40, [80, 1]))).toMatchObject({
      ...{ functionCode: 16, firstRegister: 40, registerCount: 2, registers: [80, 1] },
    });
  });

  it("of one register tell the value", () => {
    expect(findRequest(bytes("01060028005009fe"))).toMatchObject({
      functionCode: 6,
      registers: [80],
      registerCount: 1,
    });
  });

  it("with a Modbus TCP head are none", () => {
    expect(findRequest(bytes("00000000000601039c400003"))).toBeUndefined();
    expect(findRequest(bytes("0103"))).toBeUndefined();
  });
});

describe("responses", () => {
  const response = "010302010a39d3";

  it.each([
    ["as they are", response],
    ["with zeros behind", `${response}0000`],
    ["with a second checksum behind", `${response}1234`],
    ["with a stray ff before", `ff${response}`],
  ])("are found %s", (_how, content) => {
    expect(findResponse(bytes(content))).toMatchObject({ byteCount: 2, registers: [0x010a], unit: 1 });
  });

  it("with a wrong checksum are none", () => {
    expect(findResponse(bytes("010302010a39d4"))).toBeUndefined();
  });

  it("to writes echo the registers", () => {
    const request = findRequest(encodeWriteRequest(40, [80]));
    if (request === undefined) throw new Error("expected a request");
    const echo = encodeWriteResponse(request);
    expect(hex(echo)).toMatch(/^011000280001/);
    expect(findResponse(echo)).toMatchObject({ functionCode: 16, firstRegister: 40, registerCount: 1 });
    expect(findResponse(bytes("01060028005009fe"))).toMatchObject({ functionCode: 6, registers: [80] });
  });

  it("can be a refusal", () => {
    expect(findResponse(bytes("018302c0f1"))).toMatchObject({ functionCode: 0x83, exceptionCode: 2 });
  });
});

it("brings any registers through, and takes any bytes", () => {
  const words = fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(fc.nat(0xffff), words, (first, registers) => {
      const request = findRequest(encodeReadRequest(first, registers.length));
      expect(request).toMatchObject({ firstRegister: first, registerCount: registers.length });
      if (request === undefined) return;
      expect(findResponse(encodeReadResponse(request, registers))?.registers).toEqual(registers);
      expect(findRequest(encodeWriteRequest(first, registers))?.registers).toEqual(registers);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
      findRequest(content);
      findResponse(content);
    }),
  );
});
