import type { Anomaly } from "../../model/anomaly.js";
import type { Conversation, ConversationOptions, Decoded, Frame, Role } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import type { AnomalyKind } from "./anomalies.js";
import { describeChange } from "./command-words.js";
import { decodeMessage } from "./decoder.js";
import { loggerId } from "./description.js";
import { commandKinds, sensorTypes } from "./enums.js";
import { hex, labelMessage, nameSensor } from "./labels.js";
import { LoggerSession, type Told } from "./logger-session.js";
import type { Message } from "./messages.js";
import type { Finding } from "./record.js";

/** A connection belongs to one logger; a few more leave room for whatever merges connections on the way. */
const mostLoggers = 16;
/** Oddities that are reported once a session. */
const reportedOnce: readonly AnomalyKind[] = ["unknown_type", "unknown_sensor_type", "odd_version", "too_many_loggers"];
const mostReported = 64;

/** Follows one session: who calls, what the records say, what the cloud asks. */
export function createSolarmanConversation(options: ConversationOptions): Conversation {
  return new SolarmanConversation(options);
}

class SolarmanConversation implements Conversation {
  readonly #options: ConversationOptions;
  readonly #loggers = new Map<number, LoggerSession>();
  readonly #reported = new Set<string>();

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  receive({ bytes, direction }: Frame, now: EpochMs): Decoded {
    const message = decodeMessage(bytes);
    const role = roleOf(message, direction);
    const plain = { ...nothing, role, label: labelMessage(message) };
    const findings = findingsOf(message, role);
    if (direction === "cloud-to-device") {
      const command = message.type === "command" ? describeChange(message.command) : undefined;
      const anomalies = this.#anomalies(findings, message, direction);
      return {
        ...plain,
        anomalies,
        command: { classes: ["unknown"], keys: [], ...(command === undefined ? {} : { text: command }) },
      };
    }
    const logger = this.#loggerOf(message.head.loggerSerial);
    if (logger === undefined) return { ...plain, anomalies: this.#anomalies([tooMany], message, direction) };
    const told: Told = role === "other" ? silent : logger.receive(message, now);
    return {
      ...plain,
      seen: [logger.device],
      devices: told.announce ? [logger.describe()] : [],
      readings: told.readings,
      anomalies: this.#anomalies([...findings, ...told.findings], message, direction),
    };
  }

  #loggerOf(serial: number): LoggerSession | undefined {
    const known = this.#loggers.get(serial);
    if (known !== undefined || this.#loggers.size >= mostLoggers) return known;
    const logger = new LoggerSession(serial, this.#options.recall(loggerId(serial)));
    this.#loggers.set(serial, logger);
    return logger;
  }

  #anomalies(findings: readonly Finding[], message: Message, direction: Direction): readonly Anomaly[] {
    const device = loggerId(message.head.loggerSerial);
    const isKnown = this.#loggers.has(message.head.loggerSerial);
    return findings
      .filter((finding) => this.#isNews(finding))
      .map((finding) => ({ ...finding, direction, ...(isKnown ? { device } : {}) }));
  }

  #isNews({ kind, detail }: Finding): boolean {
    if (!reportedOnce.includes(kind)) return true;
    const word = kind === "too_many_loggers" ? kind : `${kind} ${detail}`;
    if (this.#reported.has(word) || this.#reported.size >= mostReported) return false;
    this.#reported.add(word);
    return true;
  }
}

/** Types that come from the other side only are as unknown as those that nobody has seen. */
function roleOf(message: Message, direction: Direction): Role {
  const type = message.type === "short" ? message.of : message.type;
  if (direction === "cloud-to-device") return type === "acknowledgement" || type === "command" ? type : "other";
  if (type === "answer") return "command-result";
  if (type === "unknown") return (message.head.type & 0xf0) === 0x40 ? "report" : "other";
  return type === "acknowledgement" || type === "command" ? "other" : "report";
}

function findingsOf(message: Message, role: Role): readonly Finding[] {
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

const tooMany: Finding = {
  kind: "too_many_loggers",
  detail: `expected at most ${mostLoggers} logger serial numbers in one session`,
};
const silent: Told = { readings: [], findings: [], announce: false };
const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;
