import type { Configuration } from "../../config/configuration.js";
import type { KnownDevice } from "../../devices/known-device.js";
import type { RelayStatus } from "../../model/ports.js";
import type { Problem } from "../../model/problem.js";
import type { ListedSession } from "../../monitoring/listed-session.js";
import { liveProtocolByName } from "../../protocols/live-registry.js";
import type { FramesView, OverviewView, ProgramView, RelayView } from "../../web/api-types.js";
import type { LiveWish, PageSources, TellLive } from "../../web/sources.js";
import { type CaptureCommandPorts, targetOf } from "../capture-commands.js";
import type { Checklist } from "../checklist.js";
import type { Downloads } from "./capture-downloads.js";
import { capturesViewOf, runningViewOf } from "./capture-views.js";
import type { DeviceSources } from "./device-sources.js";
import { createFrameViews, type ViewFrame } from "./frame-views.js";
import type { LiveFeed } from "./live-feed.js";
import type { PageNotes } from "./notes.js";
import { privacyViewOf } from "./privacy-view.js";
import { setupViewOf } from "./setup-view.js";
import { loadProtocols } from "./whole-registry.js";

export interface PageSourcesPorts extends Pick<PageSources, "health" | "metrics" | "version"> {
  readonly devices: DeviceSources;
  readonly notes: PageNotes;
  readonly feed: LiveFeed;
  readonly capture: CaptureCommandPorts;
  readonly downloads: Downloads;
  readonly checklist: Checklist;
  program(): ProgramView;
  relays(): readonly RelayStatus[];
  problems(): readonly Problem[];
  portOf(relay: string): number;
  known(): readonly KnownDevice[];
}

const openLimit = 200;
const reason = "on demand: page";
/** Wireshark's port for what has no protocol of its own. */
const unknownPort = 9;

/** Everything that the page shows and may do. */
export function createPageSources(configuration: Configuration, ports: PageSourcesPorts): PageSources {
  const { devices, notes, capture, downloads, checklist } = ports;
  const frames = new FrameSources(ports);
  return {
    version: ports.version,
    overview: () => overviewOf(configuration, ports),
    device: (id) => devices.device(id),
    history: (id, keys, hours) => devices.history(id, keys, hours),
    energy: (id, days) => devices.energy(id, days),
    properties: (id) => devices.properties(id),
    propertiesMarkdown: (id) => devices.propertiesMarkdown(id),
    events: (id) => devices.events(id),
    write: (id, key, value) => devices.write(id, key, value),
    forgetSplice: (id) => devices.forgetSplice(id),
    sessions: async () => {
      const { sessions } = notes;
      return { open: sessions.open(openLimit), openCount: sessions.openCount, closed: sessions.closed() };
    },
    frames: async (id) => frames.of(notes.sessions.find(id)),
    lastSession: async () => frames.of(notes.sessions.newest()),
    framesAsCapture: (id) => frames.asCapture(id),
    captures: () => capturesViewOf(capture.control, configuration.capture.redact),
    startCapture: async (name, seconds) =>
      runningViewOf(await capture.control.start(targetOf(name, capture), seconds * 1_000, reason)),
    stopCapture: async (id) => {
      const running = capture.control.status().running.find((one) => one.id === id);
      return running === undefined ? 0 : (await capture.control.stop(running.target)).length;
    },
    captureFile: (name, anonymized) => downloads.file(name, anonymized),
    setup: async () => setupViewOf(configuration, checklist.addresses(), ports.portOf),
    checklist: (relay) => checklist.of(relay),
    privacy: async () => privacyViewOf(notes.disclosure.devices(), ports.known()),
    health: () => ports.health(),
    metrics: () => ports.metrics(),
    watch: (wish, tell) => watch(wish, tell, { ...ports, frames }),
  };
}

async function overviewOf({ relays }: Configuration, ports: PageSourcesPorts): Promise<OverviewView> {
  const problems = ports.problems();
  const configured = new Map(relays.map((relay) => [relay.name, relay]));
  return {
    program: ports.program(),
    relays: ports.relays().map((status) => relayViewOf(status, configured.get(status.name)?.control === true)),
    devices: await ports.devices.summaries(problems),
    problems: problems.filter(({ device }) => device === undefined),
  };
}

function relayViewOf(status: RelayStatus, control: boolean): RelayView {
  const { sessionsEnded: _ended, ...rest } = status;
  return { ...rest, control };
}

function watch(
  { session, sessions }: LiveWish,
  tell: TellLive,
  { feed, notes, frames }: PageSourcesPorts & { readonly frames: FrameSources },
): () => void {
  const ends = [
    feed.subscribe(tell),
    ...(sessions ? [notes.sessions.watch((one) => tell("session", one))] : []),
    ...(session === undefined ? [] : [frames.watch(session, tell)]),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** The frames that are kept, with the names of their fields. */
class FrameSources {
  readonly #ports: Pick<PageSourcesPorts, "notes" | "version" | "downloads">;
  #views: Promise<ViewFrame> | undefined;

  constructor(ports: Pick<PageSourcesPorts, "notes" | "version" | "downloads">) {
    this.#ports = ports;
  }

  async of(session: ListedSession | undefined): Promise<FramesView | undefined> {
    if (session === undefined) return undefined;
    const view = await this.#load();
    const { notes } = this.#ports;
    return { session, frames: notes.frames.framesOf(session.id).map((frame) => view(frame, session.protocol)) };
  }

  watch(id: string, tell: TellLive): () => void {
    const { notes } = this.#ports;
    const protocol = notes.sessions.find(id)?.protocol ?? "";
    // Until the names are loaded, frames are shown without.
    let view = createFrameViews([]);
    const isLoaded = (loaded: ViewFrame): void => {
      view = loaded;
    };
    // Where they cannot be, the request for the frames says why.
    this.#load().then(isLoaded, () => undefined);
    return notes.frames.watch(id, (frame) => tell("frame", view(frame, protocol)));
  }

  async asCapture(id: string): Promise<Uint8Array | undefined> {
    const { notes, version, downloads } = this.#ports;
    const session = notes.sessions.facts(id);
    if (session === undefined) return undefined;
    const { encodeFramesCapture } = await import("../../monitoring/frames-capture.js");
    const { dissectorPort = unknownPort } = liveProtocolByName(session.info.protocol)?.defaults ?? {};
    const frames = notes.frames.framesOf(id);
    return downloads.bytes(encodeFramesCapture({ application: `Cloudtap ${version}`, session, frames, dissectorPort }));
  }

  /** Layouts take memory: they are loaded when somebody looks. */
  #load(): Promise<ViewFrame> {
    this.#views ??= loadProtocols().then(createFrameViews);
    return this.#views;
  }
}
