import type { CaptureStatus } from "../model/capture.js";
import type { DeviceDescription, DeviceId } from "../model/device.js";
import type { EntityDescription } from "../model/entity.js";
import type { Bus } from "../model/ports.js";
import type { Values } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";

export interface OwnDeviceOptions {
  readonly baseTopic: string;
  readonly version: string;
  /** Names. */
  readonly relays: readonly string[];
  /** True: shown from the start. */
  readonly isConfigured: boolean;
}

export interface OwnDevicePorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is captured. */
  status(): CaptureStatus;
}

/**
 * Cloudtap itself as a device. It is shown once captures are configured, the first one was begun, or one failed, so that
 * whoever never captures sees nothing new.
 */
export interface OwnDevice extends Part {
  readonly id: DeviceId;
  /** Keys of its switches, one a relay. */
  readonly keys: readonly string[];
  /** The relay of a switch. */
  relayOf(key: string): string | undefined;
  /** Shows it, if it is not shown yet. */
  show(): void;
  /** Publishes its state once more, for those who expect another one. */
  republish(): void;
}

/** How often the numbers of a capture that goes on are published. */
const refreshMs = 60_000;
/** Home Assistant takes no longer state. */
const detailLimit = 255;
const defaultId = "cloudtap_bridge";

const diagnostic = { category: "diagnostic" } as const;
const counter = { platform: "sensor", unit: "packets", stateClass: "total_increasing", ...diagnostic } as const;

/** What it shows besides a switch a relay. */
export const ownEntities: readonly EntityDescription[] = [
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
  readonly #isConfigured: boolean;
  readonly #guard: Guard;
  readonly #switches: ReadonlyMap<string, string>;
  readonly #description: DeviceDescription;
  #isShown = false;
  #isStopped = false;
  #published: CaptureStatus | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor({ baseTopic, version, relays, isConfigured }: OwnDeviceOptions, ports: OwnDevicePorts) {
    this.id = ownDeviceId(baseTopic);
    this.#ports = ports;
    this.#isConfigured = isConfigured;
    this.#guard = new Guard(ports.log, "own device");
    this.#switches = new Map(relays.map((relay) => [switchKey(relay), relay]));
    this.#description = describe(this.id, baseTopic, version, this.#switches);
    ports.bus.subscribe("own device", (message) => {
      if (message.type === "capture") this.#onCapture(message.capture);
    });
  }

  get keys(): readonly string[] {
    return [...this.#switches.keys()];
  }

  async start(): Promise<void> {
    if (this.#isConfigured) this.show();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  relayOf(key: string): string | undefined {
    return this.#switches.get(key);
  }

  show(): void {
    if (this.#isShown) return;
    this.#isShown = true;
    const { bus, status } = this.#ports;
    bus.publish({ type: "described", description: this.#description });
    this.#publish(status());
    bus.publish({ type: "availability", device: this.id, available: true, status: "online" });
  }

  republish(): void {
    if (this.#isShown) this.#publish(this.#ports.status());
  }

  #onCapture(capture: CaptureStatus): void {
    // One without an end that nobody configured is only looked at.
    const isBegun = capture.running.some(({ until }) => until !== undefined);
    if (this.#isShown) this.#publish(capture);
    else if (isBegun || capture.problem !== undefined) this.show();
  }

  #publish(capture: CaptureStatus): void {
    const { bus, clock } = this.#ports;
    this.#published = capture;
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
  return {
    ...{ id, protocol: "cloudtap", name: id === defaultId ? "Cloudtap" : `Cloudtap ${baseTopic}`, model: "Bridge" },
    ...{ swVersion: version, entities: [...ownEntities, ...controls], eventTypes: [], isBridge: true },
  };
}

/** A relay may be called `problem`. */
function switchKey(relay: string): string {
  const key = `capture_${relay}`;
  return ownEntities.some((entity) => entity.key === key) ? `${key}-relay` : key;
}

function shortened(text: string): string {
  return text.length > detailLimit ? `${text.slice(0, detailLimit - 1)}…` : text;
}
