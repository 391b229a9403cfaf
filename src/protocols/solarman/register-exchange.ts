import type { WriteResult } from "../../model/command.js";
import type { Frame, Injection, InjectionStep } from "../../model/protocol.js";
import { nameAnswer } from "./command-words.js";
import { decodeMessage } from "./decoder.js";
import type { Answer } from "./messages.js";
import { encodeReadRequest, encodeWriteRequest } from "./modbus.js";
import { nameRange, type RegisterRange } from "./register-question.js";
import type { RegisterSetting } from "./register-settings.js";

/** Makes the command that carries a Modbus frame, with a number of its own, and the token of its answer. */
export type Carry = (modbus: Uint8Array) => { readonly frame: Uint8Array; readonly asks: string };

const readFunction = 3;
const writeFunction = 16;

/** Writes one register and reads it back; applied only when it holds what was written: docs/protocols/solarman.md §8. */
export function beginWrite(setting: RegisterSetting, raw: number, carry: Carry): Injection {
  let isWritten = false;
  const { register } = setting;
  return {
    ...carry(encodeWriteRequest(register, [raw])),
    next: (frame) =>
      withAnswer(frame, (answer) => {
        if (isWritten) return done(judgeReadBack(answer, setting, raw));
        if (!isEcho(answer, register)) return done(rejected(`the logger answered: ${nameAnswer(answer)}`));
        isWritten = true;
        return { type: "send", ...carry(encodeReadRequest(register, 1)) };
      }),
  };
}

/** Reads registers; the result's value is text such as `40-41: 80, 0`. */
export function beginRead(range: RegisterRange, carry: Carry): Injection {
  return {
    ...carry(encodeReadRequest(range.first, range.count)),
    next: (frame) =>
      withAnswer(frame, (answer) => {
        const registers = readRegisters(answer, range.count);
        if (registers === undefined) return done(rejected(`the logger answered: ${nameAnswer(answer)}`));
        return done({ status: "applied", value: `${nameRange(range)}: ${registers.join(", ")}` });
      }),
  };
}

/** Undefined: not as many registers as were asked for. */
export function readRegisters({ modbus }: Answer, count: number): readonly number[] | undefined {
  const { functionCode, exceptionCode, registers } = modbus ?? {};
  const isWhole = functionCode === readFunction && exceptionCode === undefined && registers?.length === count;
  return isWhole ? registers : undefined;
}

function withAnswer(frame: Frame, take: (answer: Answer) => InjectionStep): InjectionStep {
  const message = decodeMessage(frame.bytes);
  if (message.type !== "answer") return done(rejected("the logger's answer cannot be read"));
  return message.interim ? { type: "wait" } : take(message.answer);
}

function isEcho({ modbus }: Answer, register: number): boolean {
  return modbus?.functionCode === writeFunction && modbus.firstRegister === register && modbus.registerCount === 1;
}

function judgeReadBack(answer: Answer, setting: RegisterSetting, raw: number): WriteResult {
  const [found] = readRegisters(answer, 1) ?? [];
  if (found === undefined) return rejected(`it could not be read back, the logger answered: ${nameAnswer(answer)}`);
  const value = found === raw ? setting.decode(found) : undefined;
  return value === undefined
    ? rejected(`register ${setting.register} was read back as ${found}, not as ${raw}`)
    : { status: "applied", value };
}

function rejected(error: string): WriteResult {
  return { status: "rejected", error };
}

function done(result: WriteResult): InjectionStep {
  return { type: "done", result };
}
