import type { Conversation, Decoded, Frame, RememberedDevice } from "../../../src/model/protocol.js";
import type { Direction, SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import { createWebsentryConversation } from "../../../src/protocols/websentry/conversation.js";
import { createWebsentrySplitter } from "../../../src/protocols/websentry/splitter.js";
import { conversationOptions } from "../../support/conversation-options.js";

export const start = Date.UTC(2024, 0, 21, 4, 58, 38) as EpochMs;

const session: SessionInfo = {
  id: "s1" as SessionId,
  relay: "pool",
  protocol: "websentry",
  openedAt: start,
  device: { localAddress: "127.0.0.1", localPort: 1030, remoteAddress: "127.0.0.1", remotePort: 40_000 },
};

export interface Said {
  readonly from: "device" | "cloud";
  readonly hex: string;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

export function newConversation(remembered?: RememberedDevice): Conversation {
  return createWebsentryConversation(conversationOptions({ session, recall: () => remembered }));
}

/** One session through splitter and conversation, as a relay would run it. A second passes with every frame. */
export class Dialogue {
  readonly conversation: Conversation;
  readonly decoded: Decoded[] = [];
  readonly faults: string[] = [];
  #now: number = start;
  readonly #splitters = {
    "device-to-cloud": createWebsentrySplitter("device-to-cloud"),
    "cloud-to-device": createWebsentrySplitter("cloud-to-device"),
  };

  constructor(remembered?: RememberedDevice) {
    this.conversation = newConversation(remembered);
  }

  get now(): EpochMs {
    return this.#now as EpochMs;
  }

  say(said: Said): readonly Decoded[] {
    return this.push(said.from === "device" ? "device-to-cloud" : "cloud-to-device", bytes(said.hex));
  }

  push(direction: Direction, chunk: Uint8Array): readonly Decoded[] {
    this.#now += 1_000;
    const decoded = this.#splitters[direction].push(chunk).flatMap((frame) => this.#look(frame));
    this.decoded.push(...decoded);
    return decoded;
  }

  settle(): Decoded | undefined {
    const settled = this.conversation.settle?.(this.now);
    if (settled !== undefined) this.decoded.push(settled);
    return settled;
  }

  anomalies(): readonly string[] {
    return this.decoded.flatMap((one) => one.anomalies.map((anomaly) => anomaly.kind));
  }

  /** What a device hub would hold afterwards. */
  remembered(before?: RememberedDevice): RememberedDevice {
    const values = this.decoded.flatMap((one) => one.readings.map((reading) => reading.values));
    const facts = this.decoded.flatMap((one) => one.devices.map((update) => update.facts ?? {})).at(-1);
    return { facts: facts ?? before?.facts ?? {}, values: Object.assign({}, before?.values, ...values) };
  }

  #look(frame: Frame): readonly Decoded[] {
    if (frame.whole) return [this.conversation.receive(frame, this.now)];
    if (frame.fault !== undefined) this.faults.push(frame.fault.kind);
    this.conversation.receiveUnframed?.(frame, this.now);
    return [];
  }
}
