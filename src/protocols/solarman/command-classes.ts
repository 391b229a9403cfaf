import type { CloudCommand, CommandClass } from "../../model/command.js";
import { type AtLine, classesOfAt, readAtLines } from "./at-commands.js";
import { describeCommand } from "./command-words.js";
import { commandKinds } from "./enums.js";
import { hex } from "./labels.js";
import type { Command, Message } from "./messages.js";
import { type ModbusFrame, readFunctions, writeFunctions } from "./modbus.js";
import { registerSettings } from "./register-settings.js";

/** Classes that change nothing, and are therefore not put into words. */
const quiet: readonly CommandClass[] = ["time", "ack", "query"];
/** Registers that hold the inverter's clock: docs/protocols/solarman.md §8. */
const clockRegisters = { first: 22, last: 24 } as const;

/** What a frame from the cloud wants: docs/protocols/solarman.md §8. What cannot be read is unknown. */
export function classify(message: Message): CloudCommand {
  if (isAcknowledgement(message)) return { classes: ["ack"], keys: [] };
  if (message.type !== "command") {
    const text = `cloud sent a frame of the type ${hex(message.head.type, 2)}, not decoded`;
    return { classes: ["unknown"], keys: [], text };
  }
  const { classes, keys } = wishesOf(message.command);
  const isQuiet = classes.every((one) => quiet.includes(one));
  return { classes, keys, ...(isQuiet ? {} : { text: describeCommand(message.command) }) };
}

interface Wishes {
  readonly classes: readonly CommandClass[];
  readonly keys: readonly string[];
}

const unknown: Wishes = { classes: ["unknown"], keys: [] };

function isAcknowledgement(message: Message): boolean {
  return (message.type === "short" ? message.of : message.type) === "acknowledgement";
}

function wishesOf({ kind, content, modbus }: Command): Wishes {
  if (kind === commandKinds.modbus) return modbusWishes(modbus);
  if (kind === commandKinds.registerReads) return { classes: ["query"], keys: [] };
  if (kind !== commandKinds.at) return unknown;
  const lines = readAtLines(content);
  return lines.length === 0 ? unknown : merge(lines.map(atWishes));
}

function atWishes(line: AtLine): Wishes {
  return line.carried === undefined ? { classes: classesOfAt(line), keys: [] } : modbusWishes(line.carried.frame);
}

function modbusWishes(frame: ModbusFrame | undefined): Wishes {
  if (frame === undefined) return unknown;
  const { functionCode, firstRegister = 0, registerCount = 0, registers = [] } = frame;
  if (readFunctions.includes(functionCode)) return { classes: ["query"], keys: [] };
  if (!writeFunctions.includes(functionCode)) return unknown;
  // What is written counts, whatever the head of the request says.
  const count = Math.max(1, registerCount, registers.length);
  const last = firstRegister + count - 1;
  const settings = registerSettings.filter(({ register }) => register >= firstRegister && register <= last);
  const { first, last: lastOfClock } = clockRegisters;
  const clockCount = Math.max(0, Math.min(last, lastOfClock) - Math.max(firstRegister, first) + 1);
  const classes: readonly CommandClass[] = [
    ...(settings.length > 0 ? (["power"] as const) : []),
    ...(clockCount > 0 ? (["time"] as const) : []),
    ...(settings.length + clockCount < count ? (["setting"] as const) : []),
  ];
  return { classes, keys: settings.map(({ key }) => key) };
}

function merge(wishes: readonly Wishes[]): Wishes {
  return {
    classes: [...new Set(wishes.flatMap((wish) => wish.classes))],
    keys: [...new Set(wishes.flatMap((wish) => wish.keys))],
  };
}
