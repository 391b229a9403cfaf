import { describe, expect, it } from "vitest";
import type { Injection, InjectionStep } from "../../../src/model/protocol.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeAnswer, encodeCommand, encodeFrame } from "../../../src/protocols/solarman/encoder.js";
import {
  encodeException,
  encodeReadRequest,
  encodeReadResponse,
  encodeWriteRequest,
  encodeWriteResponse,
  findRequest,
  type ModbusFrame,
} from "../../../src/protocols/solarman/modbus.js";
import { beginRead, beginWrite, type Carry } from "../../../src/protocols/solarman/register-exchange.js";
import { registerSettings } from "../../../src/protocols/solarman/register-settings.js";
import { address, hex, liveHead, start } from "./dialogue.js";

function carrier(): Carry {
  let number = 0x80;
  return (modbus) => {
    const serverSequence = number++;
    return { frame: encodeCommand({ ...address, serverSequence }, 2, modbus), asks: `c:${serverSequence}` };
  };
}

function write(): Injection {
  const [limit] = registerSettings;
  if (limit === undefined) throw new Error("expected a setting");
  return beginWrite(limit, 80, carrier());
}

function request(content: Uint8Array): ModbusFrame {
  const found = findRequest(content);
  if (found === undefined) throw new Error("expected a request");
  return found;
}

const writeRequest = request(encodeWriteRequest(40, [80]));
const readRequest = request(encodeReadRequest(40, 1));
const echo = encodeWriteResponse(writeRequest);

function give(injection: Injection, content: Uint8Array, kind = 2): InjectionStep {
  const bytes = encodeAnswer(address, liveHead, kind, content);
  return injection.next({ direction: "device-to-cloud", bytes, whole: true }, start);
}

function modbusOf(frame: Uint8Array): string {
  const message = decodeMessage(frame);
  return message.type === "command" ? hex(message.command.content) : "";
}

function errorOf(step: InjectionStep): string {
  return step.type === "done" && step.result.status !== "applied" ? `${step.result.status}: ${step.result.error}` : "";
}

describe("a write", () => {
  it("goes out with function 16, and is read back after its echo", () => {
    const injection = write();
    expect(injection.asks).toBe("c:128");
    expect(modbusOf(injection.frame)).toBe(hex(encodeWriteRequest(40, [80])));
    const step = give(injection, echo);
    expect(step).toMatchObject({ type: "send", asks: "c:129" });
    expect(step.type === "send" && modbusOf(step.frame)).toBe(hex(encodeReadRequest(40, 1)));
    expect(give(injection, encodeReadResponse(readRequest, [80]))).toEqual({
      type: "done",
      result: { status: "applied", value: 80 },
    });
  });

  it("is applied only when the register holds what was written", () => {
    const injection = write();
    give(injection, echo);
    expect(errorOf(give(injection, encodeReadResponse(readRequest, [100])))).toBe(
      "rejected: register 40 was read back as 100, not as 80",
    );
  });

  it.each([
    ["error 5", Uint8Array.of(5, 0), "error 5, the inverter did not answer"],
    ["error 6", Uint8Array.of(6, 0), "error 6, wrong logger serial number"],
    ["an exception", encodeException(writeRequest, 3), "Modbus exception 3"],
    ["the echo of another write", encodeWriteResponse(request(encodeWriteRequest(41, [80]))), "done: Modbus write"],
    ["no Modbus", Buffer.from("nonsense"), "8 bytes of kind 2"],
  ])("is rejected in words after %s", (_name, content, words) => {
    expect(errorOf(give(write(), content))).toContain(`rejected: the logger answered: ${words}`);
  });

  it.each([
    ["error 5", Uint8Array.of(5, 0)],
    ["an exception", encodeException(readRequest, 2)],
    ["more registers than one", encodeReadResponse(readRequest, [80, 80])],
  ])("is not applied when the reading back ends with %s", (_name, content) => {
    const injection = write();
    give(injection, echo);
    expect(errorOf(give(injection, content))).toMatch(/^rejected: it could not be read back/);
  });

  it("takes stray bytes around the Modbus frame as they come from some sticks", () => {
    const injection = write();
    give(injection, Buffer.concat([echo, Uint8Array.of(0, 0)]));
    const step = give(injection, Buffer.concat([Uint8Array.of(0xff), encodeReadResponse(readRequest, [80])]));
    expect(step).toMatchObject({ result: { status: "applied" } });
  });

  it("waits on after an interim answer", () => {
    expect(give(write(), Buffer.from("wait"), 8)).toEqual({ type: "wait" });
  });

  it("never throws, and rejects what is no answer", () => {
    for (const bytes of [encodeFrame(0x15, address, new Uint8Array(2)), encodeFrame(0x47, address, Uint8Array.of(0))]) {
      const step = write().next({ direction: "device-to-cloud", bytes, whole: true }, start);
      expect(errorOf(step)).toBe("rejected: the logger's answer cannot be read");
    }
  });
});

describe("a question", () => {
  it("gives the registers as text", () => {
    const several = beginRead({ first: 40, count: 2 }, carrier());
    expect(modbusOf(several.frame)).toBe(hex(encodeReadRequest(40, 2)));
    expect(give(several, encodeReadResponse(readRequest, [80, 0]))).toEqual({
      type: "done",
      result: { status: "applied", value: "40-41: 80, 0" },
    });
    const one = beginRead({ first: 40, count: 1 }, carrier());
    expect(give(one, encodeReadResponse(readRequest, [80]))).toMatchObject({ result: { value: "40: 80" } });
  });

  it("is rejected when other registers come than were asked for", () => {
    const injection = beginRead({ first: 40, count: 2 }, carrier());
    expect(errorOf(give(injection, encodeReadResponse(readRequest, [80])))).toBe(
      "rejected: the logger answered: 1 registers",
    );
  });
});
