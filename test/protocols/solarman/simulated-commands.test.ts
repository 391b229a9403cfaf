import { expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeCommand } from "../../../src/protocols/solarman/encoder.js";
import type { Answer } from "../../../src/protocols/solarman/messages.js";
import { encodeReadRequest, encodeWriteRequest } from "../../../src/protocols/solarman/modbus.js";
import { answerCommand } from "../../../src/protocols/solarman/simulated-commands.js";
import { address, liveHead } from "./dialogue.js";

const registers = new Map([[40, 100]]);

function answerTo(kind: number, content: Uint8Array, isForUs = true): Answer {
  const command = decodeMessage(encodeCommand(address, kind, content));
  if (command.type !== "command") throw new Error("expected a command");
  const answer = decodeMessage(answerCommand(command.command, { address, times: liveHead, registers, isForUs }));
  if (answer.type !== "answer") throw new Error("expected an answer");
  expect(answer.head.serverSequence).toBe(address.serverSequence);
  return answer.answer;
}

it("applies a write, echoes it and reads it back", () => {
  expect(answerTo(2, encodeWriteRequest(40, [80])).modbus).toMatchObject({ functionCode: 16, firstRegister: 40 });
  expect(answerTo(2, encodeReadRequest(39, 3)).modbus?.registers).toEqual([0, 80, 0]);
});

it("says ok to AT texts, and refuses what no inverter answers or what is meant for another logger", () => {
  expect(Buffer.from(answerTo(1, Buffer.from("AT+Z\r")).content).toString()).toBe("+ok");
  expect(answerTo(2, Buffer.from("nonsense")).errorCode).toBe(5);
  expect(answerTo(2, encodeReadRequest(0, 500)).errorCode).toBe(5);
  expect(answerTo(2, encodeReadRequest(0, 1), false).errorCode).toBe(6);
});
