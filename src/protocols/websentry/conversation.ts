import type { Anomaly } from "../../model/anomaly.js";
import type { DeviceId } from "../../model/device.js";
import type { Conversation, ConversationOptions, Decoded, Frame, Role } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import { describeSet } from "./command-words.js";
import type { Item } from "./items.js";
import { decodeMessage, type Finding, functionCode, type Message } from "./messages.js";
import { describeIds, OpenRequests } from "./open-requests.js";
import { hexId } from "./property-table.js";
import { headerBytes } from "./splitter.js";
import { UnitSession } from "./unit-session.js";

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
  readonly command?: string;
}

class WebsentryConversation implements Conversation {
  /** A plain session lasts 1 to 2 s, so this much silence is its end. */
  readonly quietMs = 2_000;
  readonly #options: ConversationOptions;
  readonly #open = new OpenRequests();
  #unit: UnitSession | undefined;
  #frames = 0;
  #undecoded = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  receive(frame: Frame, now: EpochMs): Decoded {
    this.#frames += 1;
    const queries = this.#open.ids(functionCode.query);
    const message = decodeMessage(frame.bytes.subarray(headerBytes), frame.direction, queries);
    const told = this.#follow(message, now);
    const fault = "fault" in message && message.fault !== undefined ? [message.fault] : [];
    const voided = this.#unit?.voided(now);
    return {
      ...this.#decoded(frame.direction, told, [...fault, ...(told.findings ?? [])]),
      readings: voided === undefined ? [] : [voided],
    };
  }

  receiveUnframed(frame: Frame): void {
    if (frame.direction === "device-to-cloud") this.#open.replyLost();
    else this.#open.requestLost();
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

  #follow(message: Message, now: EpochMs): Told {
    switch (message.type) {
      case "init":
        return this.#followInit(message.items, now);
      case "query":
        this.#request(functionCode.query, message.ids, message.fault !== undefined);
        return { role: "other", words: `query of ${describeIds(message.ids)}` };
      case "response": {
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
        return { role: "other", words: `function 0x08, not decoded, number ${this.#undecoded} of the session` };
      case "unknown": {
        const detail = `found the function code ${message.code}`;
        return { role: "other", words: "unknown message", findings: [{ kind: "unknown_function", detail }] };
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
    this.#unit = new UnitSession(device, this.#options.recall(device));
    return { ...told, findings: this.#unit.take(items, now), announce: true };
  }

  #followSet({ items, ids, fault }: { items: readonly Item[]; ids: readonly number[]; fault?: Finding }): Told {
    this.#request(functionCode.set, ids, fault !== undefined);
    if (ids.includes(temperatureUnitId)) this.#unit?.temperatureUnitWritten();
    const command = describeSet(items, this.#unit?.notes.temperatureUnit);
    return { role: "command", words: command, command };
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

  #decoded(direction: Direction, told: Told, findings: readonly Finding[]): Decoded {
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
      ...(told.command === undefined ? {} : { command: { classes: ["unknown"], text: told.command, keys: [] } }),
    };
  }
}

const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;
