import { createDownloads } from "../../../src/composition/page/capture-downloads.js";
import { createDeviceSources } from "../../../src/composition/page/device-sources.js";
import { createLiveFeed, type LiveFeed } from "../../../src/composition/page/live-feed.js";
import { createNotes, type PageNotes } from "../../../src/composition/page/notes.js";
import { createPageSources } from "../../../src/composition/page/page-sources.js";
import { createWrites } from "../../../src/composition/page/page-writes.js";
import { loadProtocols } from "../../../src/composition/page/whole-registry.js";
import { validateConfiguration } from "../../../src/config/validate.js";
import { createDeviceHub, type DeviceHub } from "../../../src/devices/device-hub.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { Bus } from "../../../src/model/ports.js";
import type { Problem } from "../../../src/model/problem.js";
import { protocols } from "../../../src/protocols/registry.js";
import { createBus } from "../../../src/runtime/bus.js";
import type { LiveName } from "../../../src/web/api-types.js";
import type { PageSources } from "../../../src/web/sources.js";
import { relayStatus } from "../../doctor/sample-facts.js";
import { FakeCaptures } from "../../support/fake-captures.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryDatabase } from "../../support/memory-database.js";
import { createMemoryDeviceStore } from "../../support/memory-device-store.js";

export const ownDevice = "cloudtap_bridge" as DeviceId;

export interface PageSetup {
  readonly bus: Bus;
  readonly clock: FakeClock;
  readonly hub: DeviceHub;
  readonly notes: PageNotes;
  readonly feed: LiveFeed;
  readonly captures: FakeCaptures;
  readonly problems: Problem[];
  /** What was begun to be written, as `device key payload`. */
  readonly begun: string[];
  readonly forgotten: string[];
  readonly sources: PageSources;
  /** Watches, and collects what is told. */
  watch(wish: Parameters<PageSources["watch"]>[0]): { readonly told: Told[]; readonly end: () => void };
}

export interface Told {
  readonly name: LiveName;
  readonly data: unknown;
}

const relays = [
  { name: "roof", protocol: "solarman", upstream: "cloud.test:10000", cloud: "auto", control: true },
  { name: "pool", protocol: "websentry" },
];

/** All that the page shows, on a real bus and hub, with a clock that stands still and nothing on a disk. */
export function setUpPage(document: object = {}): PageSetup {
  const configuration = validateConfiguration({ relays, ...document }, { protocols, dataDir: "/data" });
  const { log } = recordLog();
  const [clock, bus, captures] = [new FakeClock(), createBus(log), new FakeCaptures()];
  const problems: Problem[] = [];
  const begun: string[] = [];
  const forgotten: string[] = [];
  const usual = { offlineAfterMs: () => undefined, defaultIntervalS: () => 300 };
  const hub = createDeviceHub({ bus, clock, log, store: createMemoryDeviceStore(), ...usual });
  const database = createMemoryDatabase();
  const notes = createNotes(configuration, configuration.web?.historyMs ?? 0, { bus, clock, log, database, hub });
  const feed = createLiveFeed(bus, ownDevice);
  const write = createWrites(bus, clock, (device, key, payload) => void begun.push(`${device} ${key} ${payload}`));
  const forget = (what: string) => {
    forgotten.push(what);
    return [];
  };
  const outbox = { waiting: () => 3 };
  const devices = createDeviceSources(configuration, {
    ...{ hub, outbox, notes, write, encryption: { forget }, problems: () => problems },
  });
  const sources = createPageSources(configuration, {
    ...{ devices, notes, feed, version: "1.2.3", problems: () => problems, known: () => hub.devices() },
    capture: { control: captures, relays: ["roof", "pool"], devices: () => [] },
    downloads: createDownloads({
      ...{ control: captures, redact: false, application: "Cloudtap 1.2.3", protocols: loadProtocols },
      now: () => clock.now(),
    }),
    checklist: { of: async () => undefined, addresses: () => ["192.0.2.2"] },
    program: () => ({
      ...{ version: "1.2.3", startedAt: 0, now: clock.now(), timezone: "UTC", historyHours: 48 },
      broker: { url: "mqtt://broker.test", connected: true, embedded: false },
    }),
    relays: () => [{ ...relayStatus, name: "roof" }],
    portOf: (relay) => (relay === "roof" ? 21_000 : 0),
    health: () => ({ status: "ok", reasons: [] }),
    metrics: async () => ({ contentType: "text/plain", text: "" }),
  });
  return {
    ...{ bus, clock, hub, notes, feed, captures, problems, begun, forgotten, sources },
    watch(wish) {
      const told: Told[] = [];
      return { told, end: sources.watch(wish, (name, data) => void told.push({ name, data })) };
    },
  };
}
