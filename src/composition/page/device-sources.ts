import type { Configuration } from "../../config/configuration.js";
import type { DeviceHub } from "../../devices/device-hub.js";
import type { DeviceEncryption } from "../../devices/encryption.js";
import type { KnownDevice } from "../../devices/known-device.js";
import type { DeviceId } from "../../model/device.js";
import type { Outbox } from "../../model/ports.js";
import type { Problem } from "../../model/problem.js";
import type { PropertyLine } from "../../model/protocol.js";
import { liveProtocolByName } from "../../protocols/live-registry.js";
import type { DeviceSummary, DeviceView, HistoryView, SeriesView } from "../../web/api-types.js";
import type { PageSources } from "../../web/sources.js";
import { type DeviceFacts, deviceViewOf, type SummaryFacts, sparkEntityOf, summaryOf } from "./device-views.js";
import type { PageNotes } from "./notes.js";
import type { Writes } from "./page-writes.js";

export interface DeviceSourcesPorts {
  readonly hub: DeviceHub;
  readonly encryption: Pick<DeviceEncryption, "forget">;
  readonly outbox: Pick<Outbox, "waiting">;
  readonly notes: PageNotes;
  readonly write: Writes;
  problems(): readonly Problem[];
}

/** What the page asks of devices. */
export interface DeviceSources
  extends Pick<
    PageSources,
    "device" | "history" | "energy" | "properties" | "propertiesMarkdown" | "events" | "write" | "forgetSplice"
  > {
  /** Each device behind the one through which it is reached. */
  summaries(problems: readonly Problem[]): Promise<readonly DeviceSummary[]>;
}

/** Further devices are not in the overview; nobody could look through them. */
const overviewLimit = 1_000;
/** Reading the past of more devices would take longer than a page should. */
const sparklineLimit = 200;

export function createDeviceSources({ relays }: Configuration, ports: DeviceSourcesPorts): DeviceSources {
  return new HubSources(new Map(relays.map((relay) => [relay.name, relay])), ports);
}

class HubSources implements DeviceSources {
  readonly #relays: ReadonlyMap<string, Configuration["relays"][number]>;
  readonly #ports: DeviceSourcesPorts;

  constructor(relays: ReadonlyMap<string, Configuration["relays"][number]>, ports: DeviceSourcesPorts) {
    this.#relays = relays;
    this.#ports = ports;
  }

  async summaries(problems: readonly Problem[]): Promise<readonly DeviceSummary[]> {
    const shown = familyOrder(this.#ports.hub.devices()).slice(0, overviewLimit);
    return Promise.all(
      shown.map(async (known, index) => summaryOf(await this.#summaryFacts(known, problems, index < sparklineLimit))),
    );
  }

  async device(id: string): Promise<DeviceView | undefined> {
    const known = this.#find(id);
    if (known === undefined) return undefined;
    const { hub, notes } = this.#ports;
    const device = known.description.id;
    const children = hub.devices().filter(({ description }) => description.viaDevice === device);
    const facts: DeviceFacts = {
      ...(await this.#summaryFacts(known, this.#ports.problems(), true)),
      statistics: hub.statistics(device),
      receivedAt: hub.receivedAt(device),
      charted: notes.past?.history.charted(device) ?? [],
      hasProperties: this.#properties(known).length > 0,
      hasEnergy: notes.past?.energy.counter(device) !== undefined,
      children: children.map(({ description }) => description.id),
    };
    return deviceViewOf(facts);
  }

  async history(id: string, keys: readonly string[], hours: number): Promise<HistoryView | undefined> {
    const known = this.#find(id);
    const found = known && (await this.#ports.notes.past?.history.series(known.description.id, keys, hours));
    if (known === undefined || found === undefined) return undefined;
    return { ...found, series: found.series.map(({ key, points }) => seriesOf(known, key, points)) };
  }

  async energy(id: string, days: number) {
    const device = this.#find(id)?.description.id;
    const energy = this.#ports.notes.past?.energy;
    if (device === undefined || energy === undefined) return undefined;
    const counter = energy.counter(device);
    const found = await energy.days(device, days);
    return counter === undefined || found === undefined ? undefined : { ...counter, days: found };
  }

  async properties(id: string) {
    const known = this.#find(id);
    return known === undefined ? undefined : this.#properties(known);
  }

  async propertiesMarkdown(id: string): Promise<string | undefined> {
    const known = this.#find(id);
    if (known === undefined) return undefined;
    const { renderProperties } = await import("../../monitoring/properties-markdown.js");
    return renderProperties(this.#properties(known));
  }

  async events(id: string) {
    return this.#find(id) === undefined ? undefined : this.#ports.notes.events.of(id);
  }

  async write(id: string, key: string, value: string) {
    const device = this.#find(id)?.description.id;
    return device === undefined ? undefined : this.#ports.write(device, key, value);
  }

  async forgetSplice(id: string): Promise<number | undefined> {
    return this.#find(id) === undefined ? undefined : this.#ports.encryption.forget(id).length;
  }

  #find(id: string): KnownDevice | undefined {
    return this.#ports.hub.find(id as DeviceId);
  }

  #properties({ description, values }: KnownDevice): readonly PropertyLine[] {
    const facts = this.#ports.hub.recall(description.id)?.facts ?? {};
    return liveProtocolByName(description.protocol)?.properties?.(facts, values) ?? [];
  }

  async #summaryFacts(known: KnownDevice, problems: readonly Problem[], hasSpark: boolean): Promise<SummaryFacts> {
    const { id } = known.description;
    const relay = this.#relays.get(known.relay);
    const sparkline = hasSpark ? await this.#sparkline(known) : undefined;
    return {
      ...{ known, waiting: this.#ports.outbox.waiting(known.relay, id) },
      problems: problems.filter(({ device }) => device === id),
      ...(relay === undefined ? {} : { relay }),
      ...(sparkline === undefined ? {} : { sparkline }),
    };
  }

  async #sparkline(known: KnownDevice): Promise<SeriesView | undefined> {
    const key = sparkEntityOf(known)?.key;
    const { past } = this.#ports.notes;
    if (key === undefined || past === undefined) return undefined;
    const points = await past.history.sparkline(known.description.id, key);
    return points.length === 0 ? undefined : seriesOf(known, key, points);
  }
}

function seriesOf({ description }: KnownDevice, key: string, points: SeriesView["points"]): SeriesView {
  const { name = key, unit } = description.entities.find((entity) => entity.key === key) ?? {};
  return { key, name, points, ...(unit === undefined ? {} : { unit }) };
}

/** By name, and behind each device those that are reached through it. */
function familyOrder(devices: readonly KnownDevice[]): readonly KnownDevice[] {
  const byName = devices.toSorted((one, other) => one.description.name.localeCompare(other.description.name));
  const ids = new Set(devices.map(({ description }) => description.id));
  const children = new Map<DeviceId, KnownDevice[]>();
  const heads: KnownDevice[] = [];
  for (const device of byName) {
    const { viaDevice } = device.description;
    if (viaDevice === undefined || !ids.has(viaDevice)) {
      heads.push(device);
      continue;
    }
    const behind = children.get(viaDevice);
    if (behind === undefined) children.set(viaDevice, [device]);
    else behind.push(device);
  }
  return heads.flatMap((head) => [head, ...(children.get(head.description.id) ?? [])]);
}
