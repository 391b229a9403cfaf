import type { Player, PlayerAction, SimulatorOptions } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import { encodeFrame, encodeInit, encodeResponse, encodeSet } from "./encoder.js";
import type { Item } from "./items.js";
import { decodeMessage } from "./messages.js";
import { PropertyStore } from "./property-store.js";
import { createWebsentrySplitter, headerBytes } from "./splitter.js";

/** Milliseconds that a unit keeps a connection on which nothing comes: assumed, docs/protocols/websentry.md §13. */
const stayAliveMs = 30_000;

/** Plays a unit: connects, says Init, answers until the cloud closes or falls silent, and comes back after its interval. */
export function createUnitSimulator(options: SimulatorOptions): Player {
  return new UnitSimulator(options);
}

class UnitSimulator implements Player {
  readonly #store = new PropertyStore();
  readonly #mac: string;
  readonly #intervalMs: number;
  /** What becomes of changes: taken, refused, or not even answered. */
  readonly #sets: string;
  #splitter = createWebsentrySplitter("cloud-to-device");
  /** 6 and then 7 after a change, so that a cloud sees that there is something new. */
  #flags = 7;
  #isConnected = false;

  constructor({ index, intervalS, extra }: SimulatorOptions) {
    this.#mac = `00:90:c2:${octet(index >> 16)}:${octet(index >> 8)}:${octet(index)}`;
    this.#intervalMs = intervalS * 1_000;
    this.#sets = extra.sets ?? "take";
    this.#store.set(0x0103, { type: 0x12, value: 100_000_000 + index });
    this.#store.set(0x0333, { type: 0x08, value: intervalS, min: 5, max: 600, step: 5 });
    if (extra.unit === "celsius") this.#store.write({ id: 0x010e, type: 0x03, value: 3 });
  }

  connected(): readonly PlayerAction[] {
    this.#splitter = createWebsentrySplitter("cloud-to-device");
    const init = encodeInit([
      { id: 0xff00, type: 0x02, raw: 5 },
      { id: 0x0401, type: 0x0d, text: this.#mac },
      { id: 0x0120, type: 0x02, raw: this.#flags },
    ]);
    this.#flags = 7;
    this.#isConnected = true;
    return [{ type: "send", bytes: init }, stayAlive];
  }

  received(chunk: Uint8Array, now: EpochMs): readonly PlayerAction[] {
    const frames = this.#splitter.push(chunk).filter((frame) => frame.whole);
    const answers = frames.flatMap((frame) => this.#answer(frame.bytes, now));
    return frames.length === 0 ? [] : [...answers, stayAlive];
  }

  woken(): readonly PlayerAction[] {
    return [{ type: this.#isConnected ? "end" : "connect" }];
  }

  disconnected(): readonly PlayerAction[] {
    this.#isConnected = false;
    return [{ type: "wake", afterMs: this.#intervalMs }];
  }

  #answer(frame: Uint8Array, now: EpochMs): readonly PlayerAction[] {
    const payload = frame.subarray(headerBytes);
    const message = decodeMessage(payload, "cloud-to-device");
    switch (message.type) {
      case "query":
        return [{ type: "send", bytes: encodeResponse(message.ids.map((id) => this.#store.read(id, now))) }];
      case "set":
        return this.#set(message.items);
      case "undecoded":
        return [{ type: "send", bytes: encodeFrame(payload) }];
      default:
        return [];
    }
  }

  #set(items: readonly Item[]): readonly PlayerAction[] {
    if (this.#sets === "ignore") return [{ type: "log", text: `ignored ${items.length} changes` }];
    const refused = (item: Item): Item => ({ id: item.id, type: 0x01, code: notAvailable });
    const answers = items.map((item) => (this.#sets === "refuse" ? refused(item) : this.#store.write(item)));
    const taken = answers.filter((item) => item.type === 0x00).length;
    if (taken > 0) this.#flags = 6;
    return [
      { type: "log", text: `took ${taken} of ${answers.length} changes` },
      { type: "send", bytes: encodeSet(answers) },
    ];
  }
}

const stayAlive: PlayerAction = { type: "wake", afterMs: stayAliveMs };

/** Code of type 0x01: docs/protocols/websentry.md §4. */
const notAvailable = 5;

function octet(value: number): string {
  return (value & 0xff).toString(16).padStart(2, "0");
}
