import type { Anomaly } from "../../model/anomaly.js";
import type { WriteRequest } from "../../model/command.js";
import type {
  Conversation,
  ConversationOptions,
  Decoded,
  Frame,
  Greeting,
  Injection,
  LocalAnswer,
  Outline,
  Refusal,
} from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import { encodeAcknowledgement, encodeRefusal, isClockSet } from "./cloud.js";
import { CloudNumbers, greeting } from "./cloud-numbers.js";
import { classify } from "./command-classes.js";
import { decodeMessage } from "./decoder.js";
import { loggerId } from "./description.js";
import { frameTypes } from "./enums.js";
import { isModbusCommand, isReportType, outlineOfCloud, outlineOfDevice } from "./exchanges.js";
import { FindingFilter, findingsOf, roleOf } from "./findings.js";
import { labelMessage } from "./labels.js";
import { LoggerControl } from "./logger-control.js";
import { LoggerSession, type Told } from "./logger-session.js";
import type { Message } from "./messages.js";
import type { Finding } from "./record.js";

/** A connection belongs to one logger; a few more leave room for whatever merges connections on the way. */
const mostLoggers = 16;

/** Follows one session: who calls, what the records say, what the cloud asks; and speaks in the cloud's place. */
export function createSolarmanConversation(options: ConversationOptions): Conversation {
  return new SolarmanConversation(options);
}

interface Logger {
  readonly session: LoggerSession;
  readonly numbers: CloudNumbers;
  readonly control: LoggerControl;
}

class SolarmanConversation implements Conversation {
  readonly #options: ConversationOptions;
  readonly #loggers = new Map<number, Logger>();
  readonly #filter = new FindingFilter();
  /** The newest one of this session, as it came. */
  #hello: Uint8Array | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  get mayAsk(): boolean {
    return [...this.#loggers.values()].some(({ session }) => session.hasReported);
  }

  receive(frame: Frame, now: EpochMs): Decoded {
    const message = decodeMessage(frame.bytes);
    return frame.direction === "device-to-cloud"
      ? this.#receiveDevice(frame, message, now)
      : this.#receiveCloud(frame, message, now);
  }

  outline({ direction, bytes, own }: Frame): Outline {
    if (direction === "device-to-cloud") return outlineOfDevice(bytes);
    if (own === true) return outlineOfCloud(bytes, bytes[6] ?? 0);
    const command = classify(decodeMessage(bytes));
    const origin = this.#loggers.get(serialOf(bytes))?.numbers.originOf(bytes) ?? bytes[6] ?? 0;
    return { command, ...(origin === greeting ? { answers: greeting } : outlineOfCloud(bytes, origin)) };
  }

  forward({ direction, bytes }: Frame): Uint8Array {
    const numbers = this.#loggers.get(serialOf(bytes))?.numbers;
    if (numbers === undefined) return bytes;
    return direction === "device-to-cloud" ? numbers.toCloud(bytes) : numbers.toDevice(bytes);
  }

  answer({ bytes }: Frame, now: EpochMs, stored: boolean): LocalAnswer {
    const inForce = this.#options.offsetMinutes(now);
    const zone = this.#loggers.get(serialOf(bytes))?.session.zoneMinutes(inForce) ?? inForce;
    const acknowledgement = stored ? encodeAcknowledgement(bytes, now, zone) : undefined;
    return { frames: acknowledgement === undefined ? [] : [acknowledgement], end: false };
  }

  refuse({ bytes }: Frame): Refusal {
    const logger = this.#loggers.get(serialOf(bytes));
    logger?.numbers.noteCloud(bytes);
    logger?.numbers.shift();
    if (logger === undefined || !isModbusCommand(bytes)) return { toCloud: [], toDevice: [] };
    return { toCloud: [encodeRefusal(bytes, logger.session.times, logger.numbers.next())], toDevice: [] };
  }

  encode(request: WriteRequest): Injection | string {
    const logger = [...this.#loggers.values()].find(({ session }) => session.device === request.device);
    if (logger?.session.hasReported !== true) return "the logger has not reported in this session yet";
    return logger.control.encode(request, logger.session.isMicroinverter);
  }

  greeting(): Greeting | undefined {
    const hello = this.#hello;
    const logger = hello === undefined ? undefined : this.#loggers.get(serialOf(hello));
    if (hello === undefined || logger === undefined) return undefined;
    for (const { numbers } of this.#loggers.values()) numbers.beginLeg();
    return { frame: logger.numbers.greet(hello), token: greeting };
  }

  #receiveDevice({ bytes, direction }: Frame, message: Message, now: EpochMs): Decoded {
    const role = roleOf(message, direction);
    const plain = { ...nothing, role, label: labelMessage(message) };
    const findings = [...findingsOf(message, role), ...clockFindings(bytes, now)];
    const logger = this.#loggerOf(message.head.loggerSerial);
    if (logger === undefined)
      return { ...plain, anomalies: this.#anomalies([...findings, tooMany], message, direction) };
    const { session, numbers } = logger;
    numbers.noteReceived(bytes);
    if (bytes[4] === frameTypes.hello) this.#hello = bytes.slice();
    const told = role === "other" ? silent : this.#told(logger, message, now);
    return {
      ...plain,
      seen: [session.device],
      devices: told.announce ? [session.describe()] : [],
      readings: told.readings,
      anomalies: this.#anomalies([...findings, ...told.findings], message, direction),
    };
  }

  #told({ session, control }: Logger, message: Message, now: EpochMs): Told {
    const told = session.receive(message, now);
    return message.type === "answer"
      ? session.takeSettings(control.takeAnswer(message.head, message.answer), now)
      : told;
  }

  #receiveCloud({ bytes, direction, own }: Frame, message: Message, now: EpochMs): Decoded {
    const role = roleOf(message, direction);
    const plain = { ...nothing, role, label: labelMessage(message) };
    const logger = this.#loggers.get(message.head.loggerSerial);
    if (own === true) {
      logger?.numbers.shift();
      if (message.type === "command") logger?.control.noteOwn(message.head, message.command);
      return plain;
    }
    logger?.numbers.noteCloud(bytes);
    return {
      ...plain,
      devices: logger !== undefined && this.#tellsZone(logger, message, now) ? [logger.session.describe()] : [],
      anomalies: this.#anomalies(findingsOf(message, role), message, direction),
      command: classify(message),
    };
  }

  #tellsZone({ session }: Logger, message: Message, now: EpochMs): boolean {
    const minutes = message.type === "acknowledgement" ? message.acknowledgement.timezoneMinutes : undefined;
    return minutes !== undefined && session.noteCloudZone(minutes, this.#options.offsetMinutes(now));
  }

  #loggerOf(serial: number): Logger | undefined {
    const known = this.#loggers.get(serial);
    if (known !== undefined || this.#loggers.size >= mostLoggers) return known;
    const { control: level } = this.#options;
    const numbers = new CloudNumbers();
    const logger: Logger = {
      session: new LoggerSession(serial, this.#options.recall(loggerId(serial)), level),
      numbers,
      control: new LoggerControl({ serial, level, numbers }),
    };
    this.#loggers.set(serial, logger);
    return logger;
  }

  #anomalies(findings: readonly Finding[], message: Message, direction: Direction): readonly Anomaly[] {
    const device = loggerId(message.head.loggerSerial);
    const isKnown = this.#loggers.has(message.head.loggerSerial);
    return findings
      .filter((finding) => this.#filter.isNews(finding))
      .map((finding) => ({ ...finding, direction, ...(isKnown ? { device } : {}) }));
  }
}

function serialOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(7, true);
}

function clockFindings(frame: Uint8Array, now: EpochMs): readonly Finding[] {
  return isReportType(frame[4]) && !isClockSet(now) ? [clockNotSet] : [];
}

const clockNotSet: Finding = { kind: "clock_not_set", detail: "expected the host's clock to stand behind 2020" };
const tooMany: Finding = {
  kind: "too_many_loggers",
  detail: `expected at most ${mostLoggers} logger serial numbers in one session`,
};
const silent: Told = { readings: [], findings: [], announce: false };
const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;
