import type {
  CapturesView,
  ChecklistView,
  DeviceEventView,
  DeviceView,
  EnergyView,
  FramesView,
  HealthView,
  HistoryView,
  LiveEvents,
  LiveName,
  OverviewView,
  PrivacyView,
  PropertyView,
  RunningCaptureView,
  SessionsView,
  SetupView,
  WriteView,
} from "./api-types.js";

/** What the server shows, and what it may do. Nothing here throws but CloudtapError; undefined: there is no such thing. */
export interface PageSources {
  overview(): Promise<OverviewView>;
  device(id: string): Promise<DeviceView | undefined>;
  /** `keys`: of these alone; empty: all that are charted. */
  history(id: string, keys: readonly string[], hours: number): Promise<HistoryView | undefined>;
  energy(id: string, days: number): Promise<EnergyView | undefined>;
  properties(id: string): Promise<readonly PropertyView[] | undefined>;
  /** The same as a table in Markdown. */
  propertiesMarkdown(id: string): Promise<string | undefined>;
  /** Newest first. */
  events(id: string): Promise<readonly DeviceEventView[] | undefined>;
  /** Ends as a write over MQTT does. */
  write(id: string, key: string, value: string): Promise<WriteView | undefined>;
  /** Has a device read again that refused Cloudtap's certificate. How many notes were dropped. */
  forgetSplice(id: string): Promise<number | undefined>;
  sessions(): Promise<SessionsView>;
  frames(session: string): Promise<FramesView | undefined>;
  /** The frames of the session that was opened last; undefined before the first. */
  lastSession(): Promise<FramesView | undefined>;
  /** The frames that are kept of a session, as pcapng; anonymized under `capture.redact`. */
  framesAsCapture(session: string): Promise<Uint8Array | undefined>;
  captures(): Promise<CapturesView>;
  /** `target`: a relay's name, a device's id or `all`. Throws CloudtapError CAPTURE_FAILED. */
  startCapture(target: string, seconds: number): Promise<RunningCaptureView>;
  /** `id` of a running capture. How many ended. */
  stopCapture(id: string): Promise<number>;
  /** `anonymized` false: with all that is secret, which `capture.redact` forbids: CloudtapError CAPTURE_FAILED. */
  captureFile(name: string, anonymized: boolean): Promise<CaptureDownload | undefined>;
  setup(): Promise<SetupView>;
  checklist(relay: string): Promise<ChecklistView | undefined>;
  privacy(): Promise<PrivacyView>;
  health(): HealthView;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /**
   * Tells of what happens from now on, until the returned function is called. `session`: whose frames are told. Whoever
   * watches may be told at any moment, within the bus: it only notes down what it is told, and does not change it. One
   * object is best told to all: then it is encoded once.
   */
  watch(wish: LiveWish, tell: TellLive): () => void;
  /** For the page's beginning. */
  readonly version: string;
}

export interface CaptureDownload {
  readonly bytes: number | undefined;
  readonly stream: AsyncIterable<Uint8Array>;
}

export interface LiveWish {
  readonly session?: string;
  /** True: sessions are told as they change. */
  readonly sessions: boolean;
}

export type TellLive = <N extends LiveName>(name: N, data: LiveEvents[N]) => void;
