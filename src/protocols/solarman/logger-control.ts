import type { WriteRequest } from "../../model/command.js";
import type { ControlLevel, Injection } from "../../model/protocol.js";
import type { Value, Values } from "../../model/value.js";
import type { CloudNumbers } from "./cloud-numbers.js";
import { encodeCommand } from "./encoder.js";
import { commandKinds } from "./enums.js";
import { commandToken } from "./exchanges.js";
import type { Answer, Command, FrameHead } from "./messages.js";
import { beginRead, beginWrite, type Carry, readRegisters } from "./register-exchange.js";
import { questionHelp, questionKey, type RegisterRange, readQuestion } from "./register-question.js";
import { registerSettings } from "./register-settings.js";

/** Own commands are numbered in the half of the circle that the cloud's open commands are not in. */
const ownNumbersAt = 0x80;
const ownNumbers = 0x40;

export interface LoggerControlOptions {
  readonly serial: number;
  readonly level: ControlLevel;
  readonly numbers: CloudNumbers;
}

/** What Cloudtap itself asks and tells one logger in one session: docs/protocols/solarman.md §8. */
export class LoggerControl {
  readonly #options: LoggerControlOptions;
  #count = 0;
  /** Registers that were asked for and not told yet, by byte 5 of the command. */
  readonly #asked = new Map<number, RegisterRange>();

  constructor(options: LoggerControlOptions) {
    this.#options = options;
  }

  /** A text says why it cannot be done. */
  encode({ key, value }: WriteRequest, isMicroinverter: boolean): Injection | string {
    const { level } = this.#options;
    if (level === "off") return "this relay has no control";
    if (key === questionKey) {
      const range = readQuestion(value);
      return range === undefined ? questionHelp : beginRead(range, this.#carry);
    }
    const setting = registerSettings.find((one) => one.key === key);
    if (setting === undefined) return `${key} cannot be written`;
    if (level !== "experimental") return `${key} is written only with control_experimental`;
    if (!isMicroinverter) return "only micro-inverters are written to";
    const raw = setting.encode(value);
    return raw === undefined ? `expected ${setting.allowed}` : beginWrite(setting, raw, this.#carry);
  }

  /** An own command goes to the logger. */
  noteOwn({ serverSequence }: FrameHead, { modbus }: Command): void {
    const { functionCode, firstRegister: first, registerCount: count } = modbus ?? {};
    if (functionCode === 3 && first !== undefined && count !== undefined)
      this.#asked.set(serverSequence, { first, count });
    else this.#asked.delete(serverSequence);
  }

  /** Settings by the values of their registers, as a record would tell them, where this answers an own question. */
  takeAnswer({ serverSequence }: FrameHead, answer: Answer): Values {
    const range = this.#asked.get(serverSequence);
    if (range === undefined) return {};
    this.#asked.delete(serverSequence);
    const registers = readRegisters(answer, range.count) ?? [];
    const values = registerSettings.flatMap((setting): readonly (readonly [string, Value])[] => {
      const raw = registers[setting.register - range.first];
      return raw === undefined || setting.decode(raw) === undefined ? [] : [[setting.key, raw]];
    });
    return Object.fromEntries(values);
  }

  readonly #carry: Carry = (modbus) => {
    const { serial, numbers } = this.#options;
    const serverSequence = (numbers.newest + ownNumbersAt + (this.#count % ownNumbers)) & 0xff;
    this.#count += 1;
    const address = { serverSequence, deviceSequence: 0, loggerSerial: serial };
    return { frame: encodeCommand(address, commandKinds.modbus, modbus), asks: commandToken(serverSequence) };
  };
}
