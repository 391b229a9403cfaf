import type { CaptureStatus } from "../model/capture.js";
import type { DeviceDescription, DeviceId } from "../model/device.js";
import type { EntityDescription } from "../model/entity.js";
import type { Bus } from "../model/ports.js";
import type { Problem } from "../model/problem.js";
import type { Values } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { isEqual } from "./equality.js";
import { problemValues, programEntities, relayEntities, shortened } from "./own-problems.js";

export interface OwnDeviceOptions {
  readonly baseTopic: string;
  readonly version: string;
  /** Names. */
  readonly relays: readonly string[];
}

export interface OwnDevicePorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is captured. */
  status(): CaptureStatus;
  /** What is wrong. */
  problems(): readonly Problem[];
}

/** Cloudtap itself as a device, shown from `start` on: what is wrong with each relay, and its captures. */
export interface OwnDevice extends Part {
  readonly id: DeviceId;
  /** Keys of its switches, one a relay. */
  readonly keys: readonly string[];
  /** The relay of a switch. */
  relayOf(key: string): string | undefined;
  /** Publishes its state where its problems are others than before. */
  review(): void;
  /** Publishes its state once more, for those who expect another one. */
  republish(): void;
}

/** How often the numbers of a capture that goes on are published. */
const refreshMs = 60_000;
const defaultId = "cloudtap_bridge";

const diagnostic = { category: "diagnostic" } as const;
const counter = { platform: "sensor", unit: "packets", stateClass: "total_increasing", ...diagnostic } as const;

/** What it shows besides a switch and the problems of each relay. */
export const ownEntities: readonly EntityDescription[] = [
  ...programEntities,
  {
    ...{ key: "capture_problem", platform: "binary_sensor", name: "Capture problem", deviceClass: "problem" },
    ...diagnostic,
  },
  {
    key: "capture_detail",
    platform: "sensor",
    name: "Capture detail",
    icon: "mdi:alert-circle-outline",
    ...diagnostic,
  },
  {
    ...{ key: "captures_running", platform: "sensor", name: "Captures running", stateClass: "measurement" },
    ...{ icon: "mdi:record-rec", ...diagnostic },
  },
  { key: "packets_captured", name: "Packets captured", icon: "mdi:file-plus-outline", ...counter },
  { key: "packets_dropped", name: "Packets dropped", icon: "mdi:file-remove-outline", ...counter },
];

export function createOwnDevice(options: OwnDeviceOptions, ports: OwnDevicePorts): OwnDevice {
  return new CloudtapDevice(options, ports);
}

/** Differs for any two base topics, so that two bridges at one broker never share it. */
export function ownDeviceId(baseTopic: string): DeviceId {
  const base = baseTopic.replace(/^\/+|\/+$/g, "");
  if (base === "cloudtap") return defaultId as DeviceId;
  const escaped = base.replaceAll(/[^a-z0-9]/gu, (sign) => `_${(sign.codePointAt(0) ?? 0).toString(16)}_`);
  return `${defaultId}_${escaped}` as DeviceId;
}

class CloudtapDevice implements OwnDevice {
  readonly name = "own device";
  readonly id: DeviceId;
  readonly #ports: OwnDevicePorts;
  readonly #guard: Guard;
  readonly #relays: readonly string[];
  readonly #switches: ReadonlyMap<string, string>;
  readonly #description: DeviceDescription;
  #isShown = false;
  #isStopped = false;
  #published: CaptureStatus | undefined;
  #publishedProblems: Values = {};
  #cancelTimer: (() => void) | undefined;

  constructor({ baseTopic, version, relays }: OwnDeviceOptions, ports: OwnDevicePorts) {
    this.id = ownDeviceId(baseTopic);
    this.#ports = ports;
    this.#guard = new Guard(ports.log, "own device");
    this.#relays = relays;
    this.#switches = new Map(relays.map((relay) => [switchKey(relay), relay]));
    this.#description = describe(this.id, baseTopic, version, this.#switches);
    ports.bus.subscribe("own device", (message) => {
      if (message.type === "capture" && this.#isShown) this.#publish(message.capture);
    });
  }

  get keys(): readonly string[] {
    return [...this.#switches.keys()];
  }

  async start(): Promise<void> {
    this.#isShown = true;
    const { bus, status } = this.#ports;
    bus.publish({ type: "described", description: this.#description });
    this.#publish(status());
    bus.publish({ type: "availability", device: this.id, available: true, status: "online" });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  relayOf(key: string): string | undefined {
    return this.#switches.get(key);
  }

  review(): void {
    const { problems, status } = this.#ports;
    if (this.#isShown && !isEqual(problemValues(this.#relays, problems()), this.#publishedProblems))
      this.#publish(status());
  }

  republish(): void {
    if (this.#isShown) this.#publish(this.#ports.status());
  }

  #publish(capture: CaptureStatus): void {
    const { bus, clock, problems } = this.#ports;
    this.#published = capture;
    this.#publishedProblems = problemValues(this.#relays, problems());
    bus.publish({ type: "state", device: this.id, values: this.#values(capture), lastSeen: clock.now() });
    if (capture.running.length > 0 && !this.#isStopped) this.#refreshLater();
  }

  /** Beginnings and ends are told; that packets are counted meanwhile is not. */
  #refreshLater(): void {
    this.#cancelTimer ??= this.#ports.clock.after(refreshMs, () => {
      this.#cancelTimer = undefined;
      this.#guard.run(() => this.#refresh());
    });
  }

  #refresh(): void {
    const before = this.#published;
    const now = this.#ports.status();
    if (now.captured !== before?.captured || now.dropped !== before.dropped) this.#publish(now);
    else if (now.running.length > 0) this.#refreshLater();
  }

  #values({ problem, running, captured, dropped }: CaptureStatus): Values {
    const switches = [...this.#switches].map(([key, relay]): [string, boolean] => [
      key,
      // One without an end was not switched on here, and cannot be switched off.
      running.some(({ target, until }) => target.type === "relay" && target.relay === relay && until !== undefined),
    ]);
    return {
      ...this.#publishedProblems,
      capture_problem: problem !== undefined,
      capture_detail: problem === undefined ? null : shortened(problem),
      captures_running: running.length,
      packets_captured: captured,
      packets_dropped: dropped,
      ...Object.fromEntries(switches),
    };
  }
}

function describe(
  id: DeviceId,
  baseTopic: string,
  version: string,
  switches: ReadonlyMap<string, string>,
): DeviceDescription {
  const controls = [...switches].map(
    ([key, relay]): EntityDescription => ({
      ...{ key, platform: "switch", name: `Capture ${relay}`, category: "config", icon: "mdi:record-circle-outline" },
    }),
  );
  const relayConditions = [...switches.values()].flatMap(relayEntities);
  return {
    ...{ id, protocol: "cloudtap", name: id === defaultId ? "Cloudtap" : `Cloudtap ${baseTopic}`, model: "Bridge" },
    ...{
      swVersion: version,
      entities: [...ownEntities, ...relayConditions, ...controls],
      eventTypes: [],
      isBridge: true,
    },
  };
}

/** A relay may be called `problem`. */
function switchKey(relay: string): string {
  const key = `capture_${relay}`;
  return ownEntities.some((entity) => entity.key === key) ? `${key}-relay` : key;
}
