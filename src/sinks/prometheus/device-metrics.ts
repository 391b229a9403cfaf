import type { DeviceDescription, DeviceId } from "../../model/device.js";
import type { BusMessage } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { Logger } from "../../runtime/log.js";
import type { MetricDefinition } from "./definition.js";
import { Definitions, type KeyTables } from "./definitions.js";
import type { Family, Labels, Sample } from "./families.js";
import { ownMetrics } from "./own-metrics.js";
import { Room } from "./room.js";
import { ShownDevice } from "./shown-device.js";

/** What the device hub knows besides what it publishes. */
export interface DeviceFacts {
  /** Where it was last seen. */
  readonly relay: string;
  /** Usual seconds between its signs of life. */
  readonly intervalS: number;
}

export interface DeviceMetricsPorts {
  readonly log: Logger;
  tablesOf(protocol: string): KeyTables | undefined;
  factsOf(device: DeviceId): DeviceFacts | undefined;
}

/** Series in all, those that each device has whatever its values among them. */
const seriesLimit = 20_000;
const seriesOfAnyDevice = 6;
/** How long a gauge is shown without being refreshed, at least. */
const leastAgeMs = 300_000;
const ageIntervals = 3;

/** The values of all devices as metrics. It keeps of them only when each came; the values are the hub's. */
export class DeviceMetrics {
  readonly #ports: DeviceMetricsPorts;
  readonly #definitions: Definitions;
  readonly #room: Room;
  readonly #devices = new Map<DeviceId, ShownDevice>();

  constructor(ports: DeviceMetricsPorts) {
    this.#ports = ports;
    this.#definitions = new Definitions((protocol) => ports.tablesOf(protocol));
    this.#room = new Room(seriesLimit, ports.log);
  }

  /** True: there were more values than may be shown. */
  get isCut(): boolean {
    return this.#room.isCut;
  }

  /** Empty: nobody described the device. */
  protocolOf(device: DeviceId): string {
    return this.#devices.get(device)?.description.protocol ?? "";
  }

  accept(message: BusMessage): void {
    switch (message.type) {
      case "described":
        this.#describe(message.description);
        return;
      case "state": {
        const device = this.#devices.get(message.device);
        if (device === undefined) return;
        device.values = message.values;
        device.lastSeen = message.lastSeen;
        device.cloud = message.cloud;
        return;
      }
      case "availability": {
        const device = this.#devices.get(message.device);
        if (device !== undefined) device.status = message.status;
        return;
      }
      case "reading": {
        const { reading, session } = message;
        const device = this.#devices.get(reading.device);
        if (device === undefined || !reading.live) return;
        device.relay = session.relay;
        device.refresh(reading);
        return;
      }
      case "removed":
        this.#remove(message.device);
        return;
    }
  }

  families(now: EpochMs): readonly Family[] {
    const collected = new Collected();
    for (const [id, device] of this.#devices) this.#collect(id, device, now, collected);
    return collected.families();
  }

  #describe(description: DeviceDescription): void {
    // Cloudtap itself has metrics of its own.
    if (description.isBridge === true) return;
    const device = this.#devices.get(description.id);
    if (device !== undefined) device.describe(description);
    else if (this.#room.take(seriesOfAnyDevice))
      this.#devices.set(description.id, new ShownDevice(description, this.#definitions, this.#room));
  }

  #remove(id: DeviceId): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    device.drop();
    this.#devices.delete(id);
    this.#room.give(seriesOfAnyDevice);
  }

  #collect(id: DeviceId, device: ShownDevice, now: EpochMs, collected: Collected): void {
    const { description } = device;
    const facts = this.#ports.factsOf(id);
    const intervalS = facts?.intervalS ?? description.intervalS ?? 0;
    const ageMs = Math.max(leastAgeMs, ageIntervals * intervalS * 1000);
    const labels = { device: id, relay: facts?.relay ?? device.relay, protocol: description.protocol };
    collectFacts(device, labels, collected);
    const byChannel = new Map<string, Labels>();
    device.forEach(now, ageMs, (definition, sample, word) => {
      const { channel, info } = definition;
      const own = byChannel.get(channel) ?? { ...labels, channel };
      byChannel.set(channel, own);
      if (sample !== undefined) collected.add(definition, { labels: own, value: sample });
      if (word !== undefined && info !== undefined)
        collected.add({ ...info, type: "gauge" }, { labels: { ...own, state: word }, value: 1 });
    });
  }
}

/** What is known of every device, whatever its values. */
function collectFacts(device: ShownDevice, labels: Labels, collected: Collected): void {
  const { description, status, lastSeen, cloud } = device;
  const { name, manufacturer = "", model = "", swVersion = "", hwVersion = "", viaDevice = "" } = description;
  const facts = { name, manufacturer, model, firmware: swVersion, hardware: hwVersion, via_device: viaDevice };
  const add = (metric: CollectedName, value: number): void => collected.add(metric, { labels, value });
  collected.add(ownMetrics.deviceInfo, { labels: { ...labels, ...facts }, value: 1 });
  if (status !== undefined) {
    add(ownMetrics.deviceUp, status === "online" ? 1 : 0);
    add(ownMetrics.deviceAsleep, status === "asleep" ? 1 : 0);
  }
  if (lastSeen !== undefined) add(ownMetrics.deviceLastSeen, lastSeen / 1000);
  if (cloud === undefined) return;
  add(ownMetrics.deviceCloudLocal, cloud.mode === "local" ? 1 : 0);
  if (cloud.lastAnswerAt !== undefined) add(ownMetrics.deviceCloudLastAnswer, cloud.lastAnswerAt / 1000);
}

type CollectedName = Pick<MetricDefinition, "name" | "type" | "help">;

/** Samples of all devices, put together by name. */
class Collected {
  readonly #byName = new Map<string, { readonly metric: CollectedName; readonly samples: Sample[] }>();

  add(metric: CollectedName, sample: Sample): void {
    const known = this.#byName.get(metric.name);
    if (known === undefined) this.#byName.set(metric.name, { metric, samples: [sample] });
    else known.samples.push(sample);
  }

  families(): readonly Family[] {
    return [...this.#byName.values()].map(({ metric: { name, type, help }, samples }) => ({
      ...{ name, type, help, samples },
    }));
  }
}
