import type { DeviceStatus } from "../../model/device.js";
import type { CloudState } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";
import { isoTime } from "../../runtime/iso-time.js";
import { bridgeKeys, cloudKeys } from "./payloads.js";

/** What the bridge says of a device besides its own values: `nothing` of itself. */
export type StateAdditions = "nothing" | "connection" | "connection and cloud";

export interface Snapshot {
  readonly values: Values;
  readonly lastSeen: EpochMs | undefined;
  readonly status: DeviceStatus | undefined;
  readonly cloud: CloudState | undefined;
}

/** What the bridge says itself; a device's own keys of these names give way. */
export const ownKeys: ReadonlySet<string> = new Set([...Object.values(bridgeKeys), ...Object.values(cloudKeys)]);

/**
 * How a device's state is written: every announced key, null where it is unknown, then what else the device reported,
 * then what the bridge adds. Compiled once a description: merging objects and writing them costs several times as much.
 */
export class StateFormat {
  readonly #announced: ReadonlySet<string>;
  readonly #adds: StateAdditions;
  /** Key and colon as they stand in the JSON text. */
  readonly #heads = new Map<string, string>();

  constructor(announcedKeys: readonly string[], adds: StateAdditions) {
    this.#announced = new Set(announcedKeys.filter((key) => !ownKeys.has(key)));
    this.#adds = adds;
  }

  forEach({ values, lastSeen, status, cloud }: Snapshot, visit: (key: string, value: Value) => void): void {
    for (const key of this.#announced) visit(key, values[key] ?? null);
    for (const key of Object.keys(values)) {
      if (!this.#announced.has(key) && !ownKeys.has(key)) visit(key, values[key] ?? null);
    }
    if (this.#adds === "nothing") return;
    visit(bridgeKeys.lastSeen, isoTime(lastSeen));
    visit(bridgeKeys.connectionStatus, status ?? null);
    if (this.#adds !== "connection and cloud") return;
    visit(cloudKeys.mode, cloud?.mode ?? null);
    visit(cloudKeys.lastAnswer, isoTime(cloud?.lastAnswerAt));
  }

  toJson(snapshot: Snapshot): string {
    let text = "";
    this.forEach(snapshot, (key, value) => {
      text += `${text === "" ? "{" : ","}${this.#headOf(key)}${literal(value)}`;
    });
    return `${text}}`;
  }

  #headOf(key: string): string {
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const head = `${JSON.stringify(key)}:`;
    this.#heads.set(key, head);
    return head;
  }
}

/** NaN and Infinity are no JSON. */
function literal(value: Value): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "boolean" ? String(value) : "null";
}
