import type { Anomaly } from "../../model/anomaly.js";
import type { CloudCommand, WriteRequest } from "../../model/command.js";
import type { DeviceId } from "../../model/device.js";
import type {
  Conversation,
  ConversationOptions,
  Decoded,
  Frame,
  Injection,
  LocalAnswer,
  Outline,
  Refusal,
  Role,
} from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import { describeSet } from "./command-words.js";
import { encodeAck } from "./encoder.js";
import { askExchange, writeExchange } from "./exchanges.js";
import type { Item } from "./items.js";
import { LocalCloud } from "./local-cloud.js";
import { decodeMessage, type Finding, functionCode, type Message } from "./messages.js";
import { describeIds, OpenRequests } from "./open-requests.js";
import { commandOf, outlineFrame } from "./outline.js";
import { hexId, propertyByKey } from "./property-table.js";
import { unknownSettings } from "./question-plan.js";
import { headerBytes } from "./splitter.js";
import { UnitSession } from "./unit-session.js";
import { writeItem } from "./write-item.js";

const temperatureUnitId = 0x010e;

/** Follows one session: who calls, what the cloud asks and writes, what the unit answers. */
export function createWebsentryConversation(options: ConversationOptions): Conversation {
  return new WebsentryConversation(options);
}

/** What `receive` adds to the parts that all frames share. */
interface Told {
  readonly role: Role;
  readonly words: string;
  readonly findings?: readonly Finding[];
  readonly announce?: boolean;
  readonly command?: CloudCommand;
}

class WebsentryConversation implements Conversation {
  /** A plain session lasts 1 to 2 s, so this much silence is its end. */
  readonly quietMs = 2_000;
  readonly #options: ConversationOptions;
  readonly #open = new OpenRequests();
  #unit: UnitSession | undefined;
  /** What the unit was asked in this session, by whomever. */
  readonly #asked = new Set<number>();
  #localCloud: LocalCloud | undefined;
  #hasReplied = false;
  /** Whether Cloudtap has asked already what the cloud does not. */
  #hasWanted = false;
  #frames = 0;
  #undecoded = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  receive(frame: Frame, now: EpochMs): Decoded {
    this.#frames += 1;
    const queries = this.#open.ids(functionCode.query);
    const message = decodeMessage(frame.bytes.subarray(headerBytes), frame.direction, queries);
    const told = this.#follow(message, frame, now);
    const fault = "fault" in message && message.fault !== undefined ? [message.fault] : [];
    const voided = this.#unit?.voided(now);
    return {
      ...this.#decoded(frame, told, [...fault, ...(told.findings ?? [])]),
      readings: voided === undefined ? [] : [voided],
    };
  }

  receiveUnframed(frame: Frame): void {
    if (frame.direction === "device-to-cloud") this.#open.replyLost();
    else this.#open.requestLost();
  }

  outline(frame: Frame): Outline {
    return outlineFrame(frame, this.#unit?.notes.temperatureUnit);
  }

  /** A unit that has not said who it is cannot be asked anything. */
  answer(_frame: Frame, now: EpochMs): LocalAnswer {
    if (this.#unit === undefined) return { frames: [], end: true };
    this.#localCloud ??= new LocalCloud(this.#unit.notes);
    return this.#localCloud.next({ flagsBefore: this.#unit.flagsBefore, asked: this.#asked }, now);
  }

  /** As the unit would: the cloud then reads the property again and finds the old value. */
  refuse({ bytes }: Frame): Refusal {
    const message = decodeMessage(bytes.subarray(headerBytes), "cloud-to-device");
    const isSet = message.type === "set" && message.ids.length > 0;
    return { toCloud: isSet ? [encodeAck(message.ids)] : [], toDevice: [] };
  }

  /** The vendor's cloud uses the gap behind the first reply too. */
  get mayAsk(): boolean {
    return this.#hasReplied;
  }

  encode({ key, value }: WriteRequest): Injection | string {
    const row = propertyByKey(key);
    if (this.#options.control === "off" || this.#unit === undefined || row?.setType === undefined) {
      return `${key} cannot be written`;
    }
    if (row.unitFrom !== undefined && this.#unit.isUnitInDoubt) {
      return "the unit has not told yet whether it counts in °C or °F";
    }
    const item = writeItem(row, value, this.#unit.notes);
    return typeof item === "string" ? item : writeExchange(row, item, value);
  }

  /** Settings that can be written are read only now and then by the vendor's cloud; without them nothing could be. */
  wants(): Injection | undefined {
    const unit = this.#unit;
    const { control, cloud } = this.#options;
    // In the cloud's place they are read anyway.
    if (this.#hasWanted || unit === undefined || control === "off" || cloud === "local") return undefined;
    this.#hasWanted = true;
    const ids = unknownSettings(unit.notes, (key) => unit.valueOf(key));
    return ids.length === 0 ? undefined : askExchange(ids);
  }

  settle(now: EpochMs): Decoded | undefined {
    const reading = this.#unit?.settle(now);
    if (this.#unit === undefined || reading === undefined) return undefined;
    return {
      ...nothing,
      role: "report",
      label: `${Object.keys(reading.values).length} values of the session`,
      devices: [this.#unit.describe()],
      readings: [reading],
    };
  }

  #follow(message: Message, frame: Frame, now: EpochMs): Told {
    switch (message.type) {
      case "init":
        return this.#followInit(message.items, now);
      case "query":
        this.#request(functionCode.query, message.ids, message.fault !== undefined);
        for (const id of message.ids) this.#asked.add(id);
        return { role: "other", words: `query of ${describeIds(message.ids)}`, command: question };
      case "response": {
        this.#hasReplied = true;
        const findings = [...this.#pair(functionCode.query, message), ...this.#take(message.items, now)];
        return { role: "report", words: `reply with ${describeIds(message.ids)}`, findings };
      }
      case "set":
        return this.#followSet(message);
      case "ack":
        return this.#followAck(message);
      case "undecoded":
        this.#undecoded += 1;
        if (this.#unit !== undefined) this.#unit.notes.undecodedMessages += 1;
        return {
          ...{ role: "other", words: `function 0x08, not decoded, number ${this.#undecoded} of the session` },
          ...(frame.direction === "cloud-to-device" ? { command: question } : {}),
        };
      case "unknown": {
        const detail = `found the function code ${message.code}`;
        const findings = [{ kind: "unknown_function", detail }];
        const command = frame.direction === "cloud-to-device" ? { command: unknownCommand } : {};
        return { role: "other", words: "unknown message", findings, ...command };
      }
    }
  }

  #followInit(items: readonly Item[], now: EpochMs): Told {
    const mac = items.find((item) => item.type === 0x0d);
    const told: Told = { role: "report", words: "Init" };
    if (mac?.type !== 0x0d) {
      return { ...told, findings: [{ kind: "unexpected_init", detail: "expected a hardware address in Init" }] };
    }
    const device = `websentry_${mac.text.replaceAll(":", "")}` as DeviceId;
    if (this.#unit !== undefined) {
      const detail = device === this.#unit.device ? "Init came twice" : "Init of another unit in one session";
      return { ...told, findings: [{ kind: "unexpected_init", detail }] };
    }
    this.#unit = new UnitSession(device, this.#options.recall(device), this.#options.control !== "off");
    return { ...told, findings: this.#unit.take(items, now), announce: true };
  }

  #followSet({ items, ids, fault }: { items: readonly Item[]; ids: readonly number[]; fault?: Finding }): Told {
    this.#request(functionCode.set, ids, fault !== undefined);
    if (ids.includes(temperatureUnitId)) this.#unit?.temperatureUnitWritten();
    // Whoever wrote it: the settings are worth reading again.
    if (this.#unit !== undefined) this.#unit.notes.settingsRead = false;
    for (const id of ids) this.#asked.delete(id);
    const unit = this.#unit?.notes.temperatureUnit;
    return { role: "command", words: describeSet(items, unit), command: commandOf(items, unit) };
  }

  #followAck(message: { items: readonly Item[]; ids: readonly number[]; complete: boolean }): Told {
    const refused = message.items.filter((item) => item.type !== 0x00);
    if (refused.some((item) => item.id === temperatureUnitId)) this.#unit?.temperatureUnitRefused();
    const refusals = refused.map((item): Finding => {
      const why = item.type === 0x01 ? `code ${item.code}` : `type ${item.type}`;
      return { kind: "set_refused", detail: `${hexId(item.id)} was answered with ${why}` };
    });
    const outcome = refused.length === 0 ? "done" : "refused";
    return {
      role: "command-result",
      words: `${outcome}: change of ${describeIds(message.ids)}`,
      findings: [...this.#pair(functionCode.set, message), ...refusals],
    };
  }

  #request(code: number, ids: readonly number[], doubtful: boolean): void {
    this.#open.add({ code, ids, frame: this.#frames, doubtful });
  }

  #pair(code: number, { ids, complete }: { ids: readonly number[]; complete: boolean }): readonly Finding[] {
    const pairing = this.#open.answer({ code, ids, complete });
    const reply = `frame ${this.#frames} with ${describeIds(ids)}`;
    switch (pairing.outcome) {
      case "unexpected":
        return [{ kind: "unexpected_reply", detail: `no request waits for ${reply}` }];
      case "mismatched": {
        const request = `frame ${pairing.request.frame} for ${describeIds(pairing.request.ids)}`;
        return [{ kind: "reply_mismatch", detail: `expected the reply to ${request}, found ${reply}` }];
      }
      case "matched":
        return pairing.passedOver.map((request) => ({
          kind: "unanswered_request",
          detail: `frame ${request.frame} for ${describeIds(request.ids)} got no reply before ${reply}`,
        }));
    }
  }

  #take(items: readonly Item[], now: EpochMs): readonly Finding[] {
    if (this.#unit === undefined) return [{ kind: "missing_init", detail: "expected Init before the first reply" }];
    return this.#unit.take(items, now);
  }

  #decoded({ direction, own }: Frame, told: Told, findings: readonly Finding[]): Decoded {
    const unit = this.#unit;
    const sender = direction === "device-to-cloud" ? "C" : "S";
    return {
      ...nothing,
      role: told.role,
      label: `[${this.#frames}] ${sender}: ${told.words}`,
      seen: unit === undefined || sender === "S" ? [] : [unit.device],
      devices: unit === undefined || told.announce !== true ? [] : [unit.describe()],
      anomalies: findings.map(
        (finding): Anomaly => ({
          ...finding,
          direction,
          ...(unit === undefined ? {} : { device: unit.device }),
        }),
      ),
      ...(told.command === undefined || own === true ? {} : { command: told.command }),
    };
  }
}

const question: CloudCommand = { classes: ["query"], keys: [] };
const unknownCommand: CloudCommand = { classes: ["unknown"], keys: [] };
const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;
