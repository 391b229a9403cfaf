import type { Value } from "../../model/value.js";

/** Registers that follow each other. */
export interface RegisterRange {
  readonly first: number;
  readonly count: number;
}

/** State key of the question for registers. */
export const questionKey = "modbus_read";
/** `REGISTER` or `REGISTER COUNT`. */
export const questionPattern = "^\\d{1,5}( [1-9]\\d?)?$";
const mostRegisters = 60;
const lastRegister = 0xffff;

/** What a question must look like, in words. */
export const questionHelp = `expected a register, or a register and how many, up to ${mostRegisters}: 40 or 40 4`;

/** Undefined: not a question for 1 to 60 registers that exist. */
export function readQuestion(value: Value): RegisterRange | undefined {
  if (typeof value !== "string" || !new RegExp(questionPattern).test(value)) return undefined;
  const [first = 0, count = 1] = value.split(" ").map(Number);
  return count <= mostRegisters && first + count - 1 <= lastRegister ? { first, count } : undefined;
}

/** `40`, or `40-43` of several. */
export function nameRange({ first, count }: RegisterRange): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}
