import type { DeviceId } from "../../model/device.js";
import type { BusMessage, RelayStatus } from "../../model/ports.js";
import type { Family } from "./families.js";
import { LabelledCounter } from "./labelled-counter.js";
import { type OwnMetric, ownMetrics } from "./own-metrics.js";

const counted = [
  ...(["sessionsStarted", "sessionsEnded", "sessionsUnread", "turnedAway", "frames", "framesOwn"] as const),
  ...(["framesBlocked", "readings", "anomalies", "events", "writes"] as const),
];

type Counted = (typeof counted)[number];

/** What Cloudtap counts of its own doings, from its start. */
export class OwnCounters {
  readonly #protocolOf: (device: DeviceId) => string;
  readonly #counters: ReadonlyMap<Counted, LabelledCounter>;
  /** Open sessions, by relay and protocol: up and down again. */
  readonly #open = new LabelledCounter(ownMetrics.sessionsOpen.labels);
  readonly #relays = new Map<string, RelayStatus>();

  constructor(protocolOf: (device: DeviceId) => string) {
    this.#protocolOf = protocolOf;
    this.#counters = new Map(counted.map((name) => [name, new LabelledCounter(ownMetrics[name].labels)]));
  }

  accept(message: BusMessage): void {
    switch (message.type) {
      case "session-opened":
      case "session-closed":
      case "encrypted":
        this.#countSession(message);
        return;
      case "frame":
        this.#countFrame(message);
        return;
      case "reading":
        this.#count("readings", [message.session.relay, message.session.protocol, String(message.reading.live)]);
        return;
      case "anomaly":
        this.#count("anomalies", [message.session.relay, message.session.protocol, message.anomaly.kind]);
        return;
      case "event":
        this.#count("events", [this.#protocolOf(message.event.device), message.event.type]);
        return;
      case "write-result":
        this.#count("writes", [this.#protocolOf(message.request.device), message.result.status]);
        return;
      case "turned-away":
        this.#count("turnedAway", [message.relay]);
        return;
      case "relay":
        this.#relays.set(message.relay.name, message.relay);
        return;
    }
  }

  families(): readonly Family[] {
    const totals = [...this.#counters].map(([name, counter]) => familyOf(ownMetrics[name], counter));
    return [...totals, familyOf(ownMetrics.sessionsOpen, this.#open), ...this.#relayFamilies()];
  }

  #count(name: Counted, values: readonly string[]): void {
    this.#counters.get(name)?.add(values);
  }

  #countSession(
    message: Extract<BusMessage, { readonly type: "session-opened" | "session-closed" | "encrypted" }>,
  ): void {
    const { relay, protocol } = message.session;
    if (message.type === "encrypted") this.#count("sessionsUnread", [relay, protocol]);
    else if (message.type === "session-opened") {
      this.#count("sessionsStarted", [relay, protocol]);
      this.#open.add([relay, protocol]);
    } else {
      this.#count("sessionsEnded", [relay, protocol, message.reason.by, message.reason.how]);
      this.#open.add([relay, protocol], -1);
    }
  }

  #countFrame({ session, direction, role, own, blocked }: Extract<BusMessage, { readonly type: "frame" }>): void {
    const { relay, protocol } = session;
    this.#count("frames", [relay, protocol, direction, role]);
    if (own === true) this.#count("framesOwn", [relay, protocol]);
    if (blocked !== undefined) this.#count("framesBlocked", [relay, protocol]);
  }

  #relayFamilies(): readonly Family[] {
    const relays = [...this.#relays.values()];
    const of = (metric: OwnMetric & { readonly type: "gauge" }, isSet: (relay: RelayStatus) => boolean): Family => ({
      ...{ type: metric.type, name: metric.name, help: metric.help },
      samples: relays.map((relay) => ({
        labels: { relay: relay.name, protocol: relay.protocol },
        value: isSet(relay) ? 1 : 0,
      })),
    });
    return [
      of(ownMetrics.relayUp, ({ status }) => status !== "failed"),
      of(ownMetrics.relaySilent, ({ status }) => status === "silent"),
    ];
  }
}

function familyOf(metric: OwnMetric & { readonly type: "counter" | "gauge" }, counter: LabelledCounter): Family {
  return { type: metric.type, name: metric.name, help: metric.help, samples: counter.samples() };
}
