import type { DeviceId } from "../model/device.js";
import type { Bus, BusMessage } from "../model/ports.js";
import type { SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { JsonObject, JsonValue } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { ItemGroup, type KeptItem, NewestItems } from "./newest-items.js";

/** Something that happened once, or an anomaly, or a write from outside. */
export interface NotedEvent {
  readonly at: EpochMs;
  /** A device's event type, `anomaly` or `write`. */
  readonly type: string;
  readonly attributes: JsonObject;
}

export interface AnomalyCount {
  readonly protocol: string;
  readonly kind: string;
  readonly count: number;
}

/** What happened to each device of late. */
export interface EventLog {
  /** Newest first, at most 50. An anomaly that repeats stands there once, with its `count` and `since` when. */
  of(device: string): readonly NotedEvent[];
  /** Since the start. */
  anomalyCounts(): readonly AnomalyCount[];
}

export interface EventLogPorts {
  readonly bus: Bus;
  readonly clock: Clock;
}

type AnomalyMessage = Extract<BusMessage, { readonly type: "anomaly" }>;
type WriteMessage = Extract<BusMessage, { readonly type: "write-result" }>;

const bounds = { bytes: 2 * 1024 * 1024, groupBytes: 64 * 1024, groupItems: 50 };
const deviceLimit = 2_000;
const kindLimit = 64;
const earlyLimits = { sessions: 256, anomalies: 4 };
const countLimit = 1_000;
const overheadBytes = 256;
const attributesLimitBytes = 4 * 1024;
const textLimit = 500;

/** Listens from now on. */
export function createEventLog(ports: EventLogPorts): EventLog {
  return new Events(ports);
}

interface DeviceEvents {
  readonly events: ItemGroup<NotedEvent, string>;
  /** The anomalies among them, by kind and direction; some are not kept any more. */
  readonly anomalies: Map<string, Repeats>;
}

interface Repeats {
  readonly since: EpochMs;
  readonly count: number;
  readonly kept: KeptItem<NotedEvent, string>;
}

class Events implements EventLog {
  readonly #clock: Clock;
  readonly #newest = new NewestItems<NotedEvent, string>(bounds, {
    emptied: ({ owner }) => this.#devices.delete(owner),
  });
  /** The one whose newest event is oldest comes first. */
  readonly #devices = new Map<string, DeviceEvents>();
  readonly #counts = new Map<string, { readonly protocol: string; readonly kind: string; count: number }>();
  /** Whose an anomaly is that names nobody. */
  readonly #speakers = new WeakMap<SessionInfo, DeviceId>();
  /** Anomalies of sessions that have not shown yet whose they are, which comes last of what a frame tells. */
  readonly #early = new Map<SessionInfo, readonly AnomalyMessage[]>();

  constructor({ bus, clock }: EventLogPorts) {
    this.#clock = clock;
    bus.subscribe("event log", (message) => this.#accept(message));
  }

  of(device: string): readonly NotedEvent[] {
    return this.#devices.get(device)?.events.items().toReversed() ?? [];
  }

  anomalyCounts(): readonly AnomalyCount[] {
    return Array.from(this.#counts.values(), (counted) => ({ ...counted }));
  }

  #accept(message: BusMessage): void {
    switch (message.type) {
      case "seen":
        if (!this.#speakers.has(message.session)) this.#spoke(message.session, message.device);
        return;
      case "event":
        this.#keep(message.event.device, message.event);
        return;
      case "anomaly":
        this.#count(message.session.protocol, message.anomaly.kind);
        this.#anomaly(message);
        return;
      case "session-closed":
        this.#early.delete(message.session);
        return;
      case "write-result":
        this.#written(message);
        return;
      case "removed":
        this.#forget(message.device);
        return;
      default:
    }
  }

  #written({ request: { device, key, value }, result }: WriteMessage): void {
    const at = this.#clock.now();
    const outcome = result.status === "applied" ? { value: result.value } : { value, error: result.error };
    this.#keep(device, { at, type: "write", attributes: { key, status: result.status, ...outcome } });
  }

  #spoke(session: SessionInfo, device: DeviceId): void {
    this.#speakers.set(session, device);
    const early = this.#early.get(session) ?? [];
    this.#early.delete(session);
    for (const message of early) this.#anomaly(message);
  }

  #anomaly(message: AnomalyMessage): void {
    const { session, anomaly } = message;
    const device = anomaly.device ?? this.#speakers.get(session);
    if (device !== undefined) this.#keepAnomaly(device, message);
    else if (this.#early.has(session) || this.#early.size < earlyLimits.sessions) {
      const early = this.#early.get(session) ?? [];
      if (early.length < earlyLimits.anomalies) this.#early.set(session, [...early, message]);
    }
  }

  #keepAnomaly(device: DeviceId, { anomaly, at }: AnomalyMessage): void {
    const { kind, direction } = anomaly;
    const anomalies = this.#devices.get(device)?.anomalies ?? new Map<string, Repeats>();
    const key = `${kind} ${direction}`;
    const known = anomalies.get(key);
    const before = known?.kept.isKept === true ? known : undefined;
    if (before !== undefined) this.#newest.drop(before.kept);
    const { since, count } = before === undefined ? { since: at, count: 1 } : { ...before, count: before.count + 1 };
    const told = { kind, direction, detail: anomaly.detail.slice(0, textLimit) };
    const attributes = count === 1 ? told : { ...told, count, since };
    if (anomalies.size >= kindLimit) anomalies.clear();
    anomalies.set(key, { since, count, kept: this.#keep(device, { at, type: "anomaly", attributes }, anomalies) });
  }

  #count(protocol: string, kind: string): void {
    const key = `${protocol} ${kind}`;
    const counted = this.#counts.get(key);
    if (counted !== undefined) counted.count += 1;
    else if (this.#counts.size < countLimit) this.#counts.set(key, { protocol, kind, count: 1 });
  }

  #keep(
    device: string,
    { at, type, attributes }: NotedEvent,
    anomalies?: Map<string, Repeats>,
  ): KeptItem<NotedEvent, string> {
    const known = this.#devices.get(device);
    const events = known?.events ?? new ItemGroup<NotedEvent, string>(device);
    this.#devices.delete(device);
    this.#devices.set(device, { events, anomalies: known?.anomalies ?? anomalies ?? new Map() });
    this.#forgetOne();
    const { kept, bytes } = measured(attributes);
    return this.#newest.push(events, { at, type, attributes: kept }, bytes + type.length + overheadBytes);
  }

  /** The oldest of those that are too many. */
  #forgetOne(): void {
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > deviceLimit && oldest !== undefined) this.#forget(oldest);
  }

  #forget(device: string): void {
    const known = this.#devices.get(device);
    if (known !== undefined) this.#newest.clear(known.events);
    this.#devices.delete(device);
  }
}

/** Attributes within the limit; those that do not fit are left out, with a word. */
function measured(attributes: JsonObject): { readonly kept: JsonObject; readonly bytes: number } {
  const bytes = JSON.stringify(attributes).length;
  if (bytes <= attributesLimitBytes) return { kept: attributes, bytes };
  const kept: Record<string, JsonValue> = {};
  let keptBytes = 0;
  let leftOut = 0;
  for (const [key, value] of Object.entries(attributes)) {
    const size = key.length + JSON.stringify(value).length;
    if (keptBytes + size > attributesLimitBytes) leftOut += 1;
    else {
      keptBytes += size;
      kept[key] = value;
    }
  }
  return { kept: { ...kept, attributes_left_out: leftOut }, bytes: keptBytes };
}
