import type { Role } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import type { AnomalyKind } from "./anomalies.js";
import { commandKinds, sensorTypes } from "./enums.js";
import { hex, nameSensor } from "./labels.js";
import type { Message } from "./messages.js";
import type { Finding } from "./record.js";

/** Oddities that are reported once a session. */
const reportedOnce: readonly AnomalyKind[] = [
  "unknown_type",
  "unknown_sensor_type",
  "odd_version",
  "too_many_loggers",
  "clock_not_set",
];
const mostReported = 64;

/** Types that come from the other side only are as unknown as those that nobody has seen. */
export function roleOf(message: Message, direction: Direction): Role {
  const type = message.type === "short" ? message.of : message.type;
  if (direction === "cloud-to-device") return type === "acknowledgement" || type === "command" ? type : "other";
  if (type === "answer") return "command-result";
  if (type === "unknown") return (message.head.type & 0xf0) === 0x40 ? "report" : "other";
  return type === "acknowledgement" || type === "command" ? "other" : "report";
}

/** What is odd about a frame as such. */
export function findingsOf(message: Message, role: Role): readonly Finding[] {
  const { type, head } = message;
  if (type === "short") {
    const detail = `type ${hex(head.type, 2)}: expected ${message.expectedBytes} bytes, found ${message.foundBytes}`;
    return [{ kind: "short_message", detail }];
  }
  if (type === "unknown" || role === "other") {
    return [{ kind: "unknown_type", detail: `found a frame of the type ${hex(head.type, 2)}` }];
  }
  if (type === "data" && sensorTypes[message.record.sensorType] === undefined) {
    const detail = `${nameSensor(message.record.sensorType)} is relayed and not decoded`;
    return [{ kind: "unknown_sensor_type", detail }];
  }
  const asked = type === "command" ? message.command : type === "answer" ? message.answer : undefined;
  const isError = type === "answer" && message.answer.errorCode !== undefined;
  if (asked?.kind !== commandKinds.modbus || asked.modbus !== undefined || isError) return [];
  return [{ kind: "bad_modbus", detail: `expected a Modbus frame in the ${type} of ${asked.content.length} bytes` }];
}

/** Remembers over one session what was reported already. */
export class FindingFilter {
  readonly #reported = new Set<string>();

  isNews({ kind, detail }: Finding): boolean {
    if (!reportedOnce.includes(kind)) return true;
    const word = kind === "too_many_loggers" ? kind : `${kind} ${detail}`;
    if (this.#reported.has(word) || this.#reported.size >= mostReported) return false;
    this.#reported.add(word);
    return true;
  }
}
