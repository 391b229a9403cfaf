import type { BusMessage } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { JsonObject, JsonValue, Value, Values } from "../../model/value.js";
import { isoTime } from "../../runtime/iso-time.js";
import { type ClassicField, classicFields, classicProtocol } from "./classic-fields.js";
import type { SplunkOptions } from "./options.js";

/** One event as it waits in the queue: without what all events share. `time` in seconds, with milliseconds. */
export type KeptEvent = {
  readonly time: number;
  readonly host: string;
  readonly event: JsonObject;
};

type Of<T extends BusMessage["type"]> = Extract<BusMessage, { readonly type: T }>;
type Told = Of<"reading" | "event" | "anomaly" | "write-result">;

const latestMs = 8.64e15;
const classicByKey: ReadonlyMap<string, ClassicField> = new Map(classicFields.map((row) => [row.key, row]));

/** True for what becomes an event. */
export function isTold(message: BusMessage): message is Told {
  const { type } = message;
  return type === "reading" || type === "event" || type === "anomaly" || type === "write-result";
}

/** `id` is the event's own; `now` is the time of what has none. */
export function keepEvent(message: Told, id: string, fields: SplunkOptions["fields"], now: EpochMs): KeptEvent {
  switch (message.type) {
    case "reading":
      return keepReading(message, id, fields);
    case "event": {
      const { device, type, at, attributes } = message.event;
      const own = { id, kind: "event", device, event_type: type };
      return { time: seconds(at), host: device, event: withOthers(own, attributes) };
    }
    case "anomaly": {
      const { session, anomaly, at } = message;
      const { kind, direction, detail, device } = anomaly;
      const { relay, protocol } = session;
      const whose = { ...(device === undefined ? {} : { device }), relay, protocol };
      const event = { id, kind: "anomaly", ...whose, anomaly: kind, direction, detail };
      return { time: seconds(at), host: device ?? relay, event };
    }
    case "write-result": {
      const { device, key, value } = message.request;
      const { result } = message;
      const ended = result.status === "applied" ? { value: result.value } : { value, error: result.error };
      return {
        time: seconds(now),
        host: device,
        event: { id, kind: "write", device, key, ...ended, status: result.status },
      };
    }
  }
}

function keepReading({ session, reading }: Of<"reading">, id: string, fields: SplunkOptions["fields"]): KeptEvent {
  const { device, measuredAt, receivedAt, live, values } = reading;
  const { relay, protocol } = session;
  const measured = measuredAt !== undefined && isDate(measuredAt) ? measuredAt : undefined;
  const event: Record<string, JsonValue> = {
    ...{ id, kind: "reading", device, relay, protocol, live },
    ...(measured === undefined ? {} : { measured_at: isoTime(measured) }),
    received_at: isoTime(receivedAt),
  };
  addValues(event, values, fields === "classic" && protocol === classicProtocol);
  return { time: seconds(measured ?? receivedAt), host: device, event };
}

/** Splunk would take null for a text, so what is not known is left out. A field of the event itself wins over a value of its name. */
function addValues(event: Record<string, JsonValue>, values: Values, isClassic: boolean): void {
  for (const [key, value] of Object.entries(values)) {
    if (value === null || (typeof value === "number" && !Number.isFinite(value))) continue;
    const classic = isClassic ? classicByKey.get(key) : undefined;
    const name = classic?.name ?? key;
    if (!Object.hasOwn(event, name)) event[name] = classic?.form === "clock" ? classicClock(value) : value;
  }
}

function classicClock(value: Value): Value {
  return typeof value === "string" ? value.replace("T", ":") : value;
}

/** An attribute that has the name of a field of the event itself is called `event_<name>`. */
function withOthers(own: Readonly<Record<string, JsonValue>>, attributes: JsonObject): JsonObject {
  const event: Record<string, JsonValue> = { ...own };
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) event[Object.hasOwn(own, key) ? `event_${key}` : key] = value;
  }
  return event;
}

function seconds(at: EpochMs): number {
  return at / 1000;
}

/** Splunk knows no time before 1970. */
function isDate(at: EpochMs): boolean {
  return at > 0 && at <= latestMs;
}
