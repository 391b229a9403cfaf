import { describe, expect, it } from "vitest";
import { describeCommand, nameAnswer, nameCommand } from "../../../src/protocols/solarman/command-words.js";
import type { Answer, Command } from "../../../src/protocols/solarman/messages.js";
import {
  encodeReadRequest,
  encodeReadResponse,
  encodeWriteRequest,
  encodeWriteResponse,
  findRequest,
  findResponse,
} from "../../../src/protocols/solarman/modbus.js";
import { liveHead } from "./dialogue.js";

function command(kind: number, content: string | Uint8Array): Command {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const modbus = kind === 2 ? findRequest(bytes) : undefined;
  return { kind, sensorType: 0, content: bytes, ...(modbus === undefined ? {} : { modbus }) };
}

function answer(kind: number, content: Uint8Array, errorCode?: number): Answer {
  const modbus = kind === 2 ? findResponse(content) : undefined;
  const found = errorCode === undefined ? (modbus === undefined ? {} : { modbus }) : { errorCode };
  return { ...liveHead, kind, status: 1, content, ...found };
}

describe("what the cloud wants", () => {
  it.each([
    ["AT+TIME=1,60,120\r", "cloud sent AT command AT+TIME=1,60,120"],
    ["AT+Z\r", "cloud sent AT command AT+Z"],
    ["AT+SUPDATE=http://host/fw.bin\r", "cloud sent AT command AT+SUPDATE=http://host/fw.bin"],
    ["AT+WEBU=admin,secret\r", "cloud sent AT command AT+WEBU=…"],
    ["AT+WSKEY=WPA2PSK,AES,secret\r", "cloud sent AT command AT+WSKEY=…"],
  ])("AT text %j", (text, words) => {
    expect(describeCommand(command(1, text))).toBe(words);
  });

  it("writes, with the registers that are known by name", () => {
    expect(describeCommand(command(2, encodeWriteRequest(43, [2])))).toBe(
      "cloud asked for a Modbus write of register 43 = 2 (on and off)",
    );
    expect(describeCommand(command(2, encodeWriteRequest(22, [0x1a06, 0x150a, 0])))).toBe(
      "cloud asked for a Modbus write of registers 22-24 = 6662, 5386, 0 (inverter clock)",
    );
    expect(
      describeCommand(
        command(
          2,
          encodeWriteRequest(
            300,
            Array.from({ length: 20 }, () => 1),
          ),
        ),
      ),
    ).toMatch(/^cloud asked for a Modbus write of registers 300-319 = 1(, 1){11}, …$/);
  });

  it("whatever is not decoded", () => {
    expect(describeCommand(command(5, "abc"))).toBe("cloud sent a command of kind 5, 3 bytes, not decoded");
    expect(describeCommand(command(2, Buffer.from("010500010000", "hex")))).toBe(
      "cloud sent a Modbus command of 6 bytes without a valid frame",
    );
    expect(describeCommand(command(2, Buffer.from("0105000100009c0a", "hex")))).toBe("cloud sent Modbus function 5");
  });

  it("names every known register of a range", () => {
    expect(describeCommand(command(2, encodeWriteRequest(39, [1, 2, 3, 4, 5])))).toBe(
      "cloud asked for a Modbus write of registers 39-43 = 1, 2, 3, 4, 5 (active power limit, on and off)",
    );
  });

  it("shows a few lines of an AT text", () => {
    expect(describeCommand(command(1, "AT+VER\r\nAT+Z\r"))).toBe("cloud sent AT command AT+VER; AT+Z");
    expect(describeCommand(command(1, "AT+Z\r".repeat(9)))).toBe("cloud sent AT command AT+Z; AT+Z; AT+Z; AT+Z; …");
  });

  it("shows no control characters and no endless text", () => {
    const words = describeCommand(command(1, `AT+Z\u001b[31m${"x".repeat(500)}`)) ?? "";
    expect(words).toMatch(/^[ -~]+$/);
    expect(words.length).toBeLessThan(200);
  });
});

it("names commands for the log", () => {
  expect(nameCommand(command(2, encodeReadRequest(3, 1)))).toBe("Modbus read of register 3");
  expect(nameCommand(command(2, "nonsense"))).toBe("command of 8 bytes, Modbus without a valid frame");
  expect(nameCommand(command(4, "xx"))).toBe("a batch of register reads");
  expect(nameCommand(command(9, "xx"))).toBe("command of 2 bytes, kind 9, not decoded");
});

it("names answers for the log, without what an AT command gives back", () => {
  const read = findRequest(encodeReadRequest(40, 2));
  const write = findRequest(encodeWriteRequest(40, [80]));
  if (read === undefined || write === undefined) throw new Error("expected requests");
  expect(nameAnswer(answer(2, encodeReadResponse(read, [80, 0])))).toBe("2 registers");
  expect(nameAnswer(answer(2, encodeWriteResponse(write)))).toBe(
    "done: Modbus write of register 40 (active power limit)",
  );
  expect(nameAnswer(answer(2, Buffer.from("018302c0f1", "hex")))).toBe("Modbus exception 2");
  expect(nameAnswer(answer(2, Uint8Array.of(5, 0), 5))).toBe("error 5, the inverter did not answer");
  expect(nameAnswer(answer(2, Uint8Array.of(99, 0), 99))).toBe("error 99, not known");
  expect(nameAnswer(answer(1, Buffer.from("+ok=secret")))).toBe("AT answer +ok of 10 bytes");
  expect(nameAnswer(answer(8, Buffer.from("xyz")))).toBe("3 bytes of kind 8");
});
