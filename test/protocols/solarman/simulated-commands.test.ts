import { expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeCommand } from "../../../src/protocols/solarman/encoder.js";
import type { Answer } from "../../../src/protocols/solarman/messages.js";
import { encodeReadRequest, encodeWriteRequest } from "../../../src/protocols/solarman/modbus.js";
import { answerCommand, type SimulatedLogger } from "../../../src/protocols/solarman/simulated-commands.js";
import { address, liveHead } from "./dialogue.js";

const registers = new Map([[40, 100]]);

function answerTo(kind: number, content: Uint8Array, logger: Partial<SimulatedLogger> = {}): Answer | undefined {
  const command = decodeMessage(encodeCommand(address, kind, content));
  if (command.type !== "command") throw new Error("expected a command");
  const playing: SimulatedLogger = { address, times: liveHead, registers, isForUs: true, writes: "obey", ...logger };
  const bytes = answerCommand(command.command, playing);
  if (bytes === undefined) return undefined;
  const answer = decodeMessage(bytes);
  if (answer.type !== "answer") throw new Error("expected an answer");
  expect(answer.head.serverSequence).toBe(address.serverSequence);
  return answer.answer;
}

it("applies a write, echoes it and reads it back", () => {
  expect(answerTo(2, encodeWriteRequest(40, [80]))?.modbus).toMatchObject({ functionCode: 16, firstRegister: 40 });
  expect(answerTo(2, encodeReadRequest(39, 3))?.modbus?.registers).toEqual([0, 80, 0]);
});

it("says ok to AT texts, and refuses what no inverter answers or what is meant for another logger", () => {
  expect(Buffer.from(answerTo(1, Buffer.from("AT+Z\r"))?.content ?? "").toString()).toBe("+ok");
  expect(answerTo(2, Buffer.from("nonsense"))?.errorCode).toBe(5);
  expect(answerTo(2, encodeReadRequest(0, 500))?.errorCode).toBe(5);
  expect(answerTo(2, encodeReadRequest(0, 1), { isForUs: false })?.errorCode).toBe(6);
});

it("refuses or ignores writes where it is told to, and keeps its registers", () => {
  registers.set(40, 100);
  expect(answerTo(2, encodeWriteRequest(40, [60]), { writes: "refuse" })?.modbus).toMatchObject({ exceptionCode: 2 });
  expect(answerTo(2, encodeWriteRequest(40, [60]), { writes: "ignore" })).toBeUndefined();
  expect(answerTo(2, encodeReadRequest(40, 1), { writes: "ignore" })?.modbus?.registers).toEqual([100]);
});
