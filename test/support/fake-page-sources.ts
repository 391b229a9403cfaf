import type { LiveEvents, LiveName, RunningCaptureView, WriteView } from "../../src/web/api-types.js";
import type { CaptureDownload, LiveWish, PageSources, TellLive } from "../../src/web/sources.js";
import { type ExampleViews, exampleViews } from "./example-views.js";

/**
 * What the page shows, without a program behind it: the full examples, for the ids that stand in them. A test changes
 * `views`, or puts a method of its own in the place of one of these.
 */
export class FakePageSources implements PageSources {
  readonly version = "1.2.3";
  readonly views: ExampleViews = { ...exampleViews };
  /** Whoever watches, with what it wants. */
  readonly watchers = new Map<TellLive, LiveWish>();
  /** What was asked to be changed, as text. */
  readonly asked: string[] = [];
  capture: Uint8Array = Buffer.from("a capture");

  overview = async () => this.views.overview;
  device = async (id: string) => this.#of(id, this.views.device);
  history = async (id: string, keys: readonly string[], hours: number) => {
    this.asked.push(`history ${id} ${keys.join("+")} ${hours}`);
    return this.#of(id, this.views.history);
  };
  energy = async (id: string, days: number) => {
    this.asked.push(`energy ${id} ${days}`);
    return this.#of(id, this.views.energy);
  };
  properties = async (id: string) => this.#of(id, this.views.properties);
  propertiesMarkdown = async (id: string) => this.#of(id, this.views.propertiesMarkdown);
  events = async (id: string) => this.#of(id, this.views.events);
  write = async (id: string, key: string, value: string): Promise<WriteView | undefined> => {
    this.asked.push(`write ${id} ${key} ${value}`);
    return this.#of(id, this.views.write);
  };
  forgetSplice = async (id: string) => this.#of(id, 1);
  sessions = async () => this.views.sessions;
  frames = async (session: string) => (session === "s1" ? this.views.frames : undefined);
  lastSession: PageSources["lastSession"] = async () => this.views.frames;
  framesAsCapture = async (session: string) => (session === "s1" ? this.capture : undefined);
  captures = async () => this.views.captures;
  startCapture = async (target: string, seconds: number): Promise<RunningCaptureView> => {
    this.asked.push(`capture ${target} ${seconds}`);
    return this.views.running;
  };
  stopCapture = async (id: string) => (id === this.views.running.id ? 1 : 0);
  captureFile = async (name: string, anonymized: boolean): Promise<CaptureDownload | undefined> => {
    this.asked.push(`file ${name} ${anonymized ? "anonymized" : "raw"}`);
    if (!this.views.captures.files.some((file) => file.name === name)) return undefined;
    return { bytes: this.capture.length, stream: inPieces(this.capture) };
  };
  setup = async () => this.views.setup;
  checklist = async (relay: string) => (relay === "deye" ? this.views.checklist : undefined);
  privacy = async () => this.views.privacy;
  health: PageSources["health"] = () => this.views.health;
  metrics = async () => ({ contentType: "text/plain; version=0.0.4; charset=utf-8", text: "cloudtap_up 1\n" });

  watch(wish: LiveWish, tell: TellLive): () => void {
    this.watchers.set(tell, wish);
    return () => this.watchers.delete(tell);
  }

  /** Tells all that watch, at once. */
  tell<N extends LiveName>(name: N, data: LiveEvents[N]): void {
    for (const tell of this.watchers.keys()) tell(name, data);
  }

  #of<T>(id: string, view: T): T | undefined {
    return id === this.views.device.id ? view : undefined;
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4) yield bytes.subarray(at, at + 4);
}
