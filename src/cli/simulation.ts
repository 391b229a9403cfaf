import { suggestion } from "../config/nearest.js";
import type { Protocol } from "../model/protocol.js";
import { type Arguments, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";

/** The protocol that the first operand names. Throws CloudtapError USAGE. */
export function findProtocol(given: Arguments, protocols: readonly Protocol[], command: string): Protocol {
  const [name] = given.operands;
  if (name === undefined) throw usageError("expected PROTOCOL", command);
  return protocolNamed(name, protocols, command);
}

export function protocolNamed(name: string, protocols: readonly Protocol[], command: string): Protocol {
  const protocol = protocols.find((one) => one.name === name);
  if (protocol !== undefined) return protocol;
  const names = protocols.map((one) => one.name);
  const hint = suggestion(name, names);
  throw usageError(`unknown protocol ${name}; known are ${names.join(", ")}${hint}`, command);
}

/** One line of a simulator's log. */
export function timestamped({ clock }: CommandContext, text: string): string {
  return `${new Date(clock.now()).toISOString()} ${text}\n`;
}

/** Keeps the process alive between connections; returns what lets it go. */
export function keepAwake(): () => void {
  const timer = setInterval(() => undefined, 3_600_000);
  return () => clearInterval(timer);
}
