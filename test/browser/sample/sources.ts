import type {
  CapturesView,
  ChecklistView,
  DeviceView,
  FindingView,
  FrameView,
  HistoryView,
  LiveEvents,
  LiveName,
  OverviewView,
  RunningCaptureView,
  WriteView,
} from "../../../src/web/api-types.js";
import type { LiveWish, PageSources, TellLive } from "../../../src/web/sources.js";
import {
  historyOf,
  poolId,
  roofId,
  sampleDevice,
  sampleDevices,
  sampleEnergy,
  sampleEvents,
  sampleNow,
  sampleProperties,
  samplePropertiesMarkdown,
} from "./devices.js";
import { frameSession, sampleCaptures, sampleFrames, samplePrivacy, sampleSessions, sampleSetup } from "./traffic.js";

const sampleOverview: OverviewView = {
  program: {
    ...{ version: "0.1.0", startedAt: sampleNow - 90_000_000, now: sampleNow },
    broker: { url: "mqtt://192.168.1.2:1883", connected: true, embedded: false },
    ...{ timezone: "Europe/Berlin", historyHours: 48 },
  },
  relays: [
    {
      ...{ name: "deye", protocol: "solarman", listen: "0.0.0.0:10000", upstream: "5406.deviceaccess.host:10000" },
      ...{ cloud: "auto", control: false, status: "active", sessionsOpen: 2, sessionsStarted: 31, turnedAway: 0 },
    },
    {
      ...{ name: "envoy", protocol: "envoy", listen: "0.0.0.0:4430", upstream: "reports.enphaseenergy.com:443" },
      ...{ cloud: "auto", control: false, status: "active", sessionsOpen: 1, sessionsStarted: 402, turnedAway: 3 },
    },
    {
      ...{ name: "pool", protocol: "websentry", listen: "0.0.0.0:1030", upstream: "websentry.seresco.net:1030" },
      ...{ cloud: "local", control: true, status: "silent", sessionsOpen: 0, sessionsStarted: 88, turnedAway: 0 },
    },
  ],
  devices: sampleDevices,
  problems: [
    {
      ...{ code: "cloud_away", severity: "warning", relay: "envoy", since: sampleNow - 7_200_000 },
      facts: { relay: "envoy", host: "reports.enphaseenergy.com:443", detail: "connection timed out" },
      ...{ text: "The cloud of envoy does not answer.", remedy: "Look at the internet connection." },
    },
  ],
};

const earlyChecks = ["program", "listener", "way"];
const laterChecks = ["connection", "admission", "name", "upstream", "broker", "decoded"];

/** Something to look at in every view. A test changes what is there, and tells the page of it. */
export class SampleSources implements PageSources {
  readonly version = "0.1.0";
  /** What was asked to be changed. */
  readonly asked: string[] = [];
  overviewView: OverviewView = sampleOverview;
  capturesView: CapturesView = sampleCaptures;
  frameViews: readonly FrameView[] = sampleFrames;
  /** True: the device has arrived. */
  hasArrived = false;
  readonly #watchers = new Map<TellLive, LiveWish>();
  readonly #devices = new Map<string, DeviceView>();

  /** How many watch. */
  get watching(): number {
    return this.#watchers.size;
  }

  get wishes(): readonly LiveWish[] {
    return [...this.#watchers.values()];
  }

  overview = async () => this.overviewView;
  device = async (id: string) => this.#devices.get(id) ?? sampleDevice(id);
  history = async (id: string, keys: readonly string[], hours: number): Promise<HistoryView | undefined> => {
    const device = await this.device(id);
    const known = device?.values.filter(({ key }) => keys.includes(key)) ?? [];
    const series = known.map(({ key, name, unit }) => {
      return { key, name, ...(unit === undefined ? {} : { unit }), points: historyOf(key, hours) };
    });
    return device === undefined
      ? undefined
      : { from: sampleNow - hours * 3_600_000, to: sampleNow, stepMs: 300_000, series };
  };
  energy = async (id: string) => (id === roofId ? sampleEnergy : undefined);
  properties = async (id: string) => (id === poolId ? sampleProperties : undefined);
  propertiesMarkdown = async (id: string) => (id === poolId ? samplePropertiesMarkdown : undefined);
  events = async (id: string) => (id === roofId ? sampleEvents : []);
  write = async (id: string, key: string, value: string): Promise<WriteView | undefined> => {
    this.asked.push(`write ${id} ${key} ${value}`);
    const device = await this.device(id);
    if (device === undefined) return undefined;
    if (value === "99") return { status: "rejected", error: "99 is above the highest value, 65" };
    const written = key === "humidity_setpoint" ? Number(value) : value;
    const values = device.values.map((view) => (view.key === key ? { ...view, value: written } : view));
    this.#devices.set(id, { ...device, values });
    return { status: "applied", value: written };
  };
  forgetSplice = async (id: string) => {
    this.asked.push(`forget ${id}`);
    return 1;
  };
  sessions = async () => sampleSessions;
  frames = async (id: string) => {
    const session = [...sampleSessions.open, ...sampleSessions.closed].find((one) => one.id === id);
    return session === undefined ? undefined : { session, frames: id === frameSession ? this.frameViews : [] };
  };
  lastSession = async () => this.frames(frameSession);
  framesAsCapture = async (id: string) => (id === frameSession ? Buffer.from("frames") : undefined);
  captures = async () => this.capturesView;
  startCapture = async (target: string, seconds: number): Promise<RunningCaptureView> => {
    this.asked.push(`capture ${target} ${seconds}`);
    const running = {
      id: "c8",
      target,
      reason: "on demand: page",
      since: sampleNow,
      until: sampleNow + seconds * 1000,
    };
    this.capturesView = { ...this.capturesView, running: [...this.capturesView.running, running] };
    this.tell("captures", {});
    return running;
  };
  stopCapture = async (id: string) => {
    this.asked.push(`stop ${id}`);
    const running = this.capturesView.running.filter((capture) => capture.id !== id);
    const ended = this.capturesView.running.length - running.length;
    this.capturesView = { ...this.capturesView, running };
    return ended;
  };
  captureFile = async (name: string, anonymized: boolean) => {
    this.asked.push(`file ${name} ${anonymized ? "anonymized" : "raw"}`);
    const bytes = Buffer.from("a capture");
    return { bytes: bytes.length, stream: once(bytes) };
  };
  setup = async () => sampleSetup;
  checklist = async (relay: string): Promise<ChecklistView | undefined> => {
    const later = laterChecks.map((check): FindingView => {
      if (this.hasArrived) return { check, state: "ok", found: `${check} is there.` };
      if (check !== "connection") return { check, state: "unknown", found: "It is too early to say." };
      const remedy = "Restart the device, and look at its own page.";
      return { check, state: "problem", found: "In 12 min nobody has connected.", remedy };
    });
    const early = earlyChecks.map((check): FindingView => ({ check, state: "ok", found: `${check} is there.` }));
    return { relay, at: sampleNow, findings: [...early, ...later] };
  };
  privacy = async () => samplePrivacy;
  health: PageSources["health"] = () => ({ status: "ok", reasons: [] });
  metrics = async () => ({ contentType: "text/plain", text: "" });

  watch(wish: LiveWish, tell: TellLive): () => void {
    this.#watchers.set(tell, wish);
    return () => this.#watchers.delete(tell);
  }

  /** Tells every page that is open. */
  tell<N extends LiveName>(name: N, data: LiveEvents[N]): void {
    for (const tell of this.#watchers.keys()) tell(name, data);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
