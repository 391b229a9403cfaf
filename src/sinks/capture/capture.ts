import type { CaptureControl, CapturePart, CaptureStatus, CaptureTarget } from "../../model/capture.js";
import type { Bus, BusMessage, Sink } from "../../model/ports.js";
import type { SessionInfo } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import type { TrafficObserver } from "../../model/traffic.js";
import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import { Guard } from "../../runtime/guard.js";
import type { Logger } from "../../runtime/log.js";
import { CaptureFolder } from "./capture-folder.js";
import { CaptureOutputs } from "./capture-outputs.js";
import { describeAnomaly, describeFrame, describeReading } from "./commentary.js";
import { Health } from "./health.js";
import { MicroClock } from "./micro-clock.js";
import { OnDemand } from "./on-demand.js";
import type { CapturedProtocol, CaptureOptions } from "./options.js";
import { Recorder } from "./recorder.js";
import type { SessionRecord } from "./session-record.js";
import type { Take, TakeCause } from "./take.js";
import { Takes } from "./takes.js";
import { targetLabel } from "./targets.js";
import { Trigger } from "./trigger.js";

export interface CapturePorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds with fractions since any moment. */
  elapsedMs(): number;
  protocol(name: string): CapturedProtocol | undefined;
  /** Weight of an anomaly; 0 where its kind is not known. */
  score(protocol: string, kind: string): number;
}

/** One thing with three faces. */
export interface Capture {
  readonly sink: Sink;
  readonly traffic: TrafficObserver;
  readonly control: CaptureControl;
}

/** Captures what passes on the legs of sessions, as pcapng files: always, after anomalies, or on demand. */
export function createCapture(options: CaptureOptions, ports: CapturePorts): Capture {
  return new TrafficCapture(options, ports);
}

const pruneEveryMs = 3_600_000;
const fileBytes = { least: 128 * 1024, most: 16_000_000 };
/** So many files fill the folder. */
const filesInFolder = 32;
/** Of what is written all the time. */
const largeFileFactor = 4;

class TrafficCapture implements Capture {
  readonly sink: Sink;
  readonly control: CaptureControl;
  readonly traffic: Recorder;
  readonly #options: CaptureOptions;
  readonly #ports: CapturePorts;
  readonly #parts: ReadonlySet<CapturePart>;
  readonly #fileBytes: number;
  readonly #microClock: MicroClock;
  readonly #folder: CaptureFolder;
  readonly #health: Health;
  readonly #guard: Guard;
  readonly #trigger: Trigger;
  readonly #takes: Takes;
  readonly #outputs: CaptureOutputs;
  #isCrowded = false;
  #cancelPrune: () => void = () => undefined;

  constructor(options: CaptureOptions, ports: CapturePorts) {
    const { clock, log } = ports;
    this.#options = options;
    this.#ports = ports;
    this.#parts = new Set(options.parts);
    this.#fileBytes = Math.max(fileBytes.least, Math.min(fileBytes.most, Math.floor(options.maxBytes / filesInFolder)));
    this.#microClock = new MicroClock(clock, () => ports.elapsedMs());
    this.#folder = new CaptureFolder(options, clock);
    this.#guard = new Guard(log, "capture");
    this.#trigger = new Trigger(options);
    this.#health = new Health({
      ...{ clock, log, directory: options.directory },
      probe: () => this.#folder.probe(this.#fileBytes),
      changed: () => this.#publish(),
    });
    this.#takes = new Takes({
      ...{ clock, log, guard: this.#guard },
      ended: (take) => this.#takeEnded(take),
      written: () => this.#publish(),
    });
    const shared = { folder: this.#folder, health: this.#health, now: () => this.#microClock.now() };
    this.#outputs = new CaptureOutputs(options, shared);
    this.traffic = this.#createRecorder();
    this.sink = this.#createSink();
    this.control = new OnDemand(options.directory, {
      ...{ clock, takes: this.#takes, folder: this.#folder, health: this.#health },
      ...{ outputs: this.#outputs, fileBytes: this.#fileBytes },
      begin: (target, reason, until) => this.#begin("demand", target, reason, until),
      beginTap: (target, reason, output) =>
        this.#beginTake({ cause: "tap", target, reason, relays: [], output, until: undefined }),
      status: () => this.#status(),
      changed: () => {
        this.#pruneNowAndThen();
        this.#publish();
      },
    });
  }

  #createRecorder(): Recorder {
    const { tlsSecrets } = this.#options;
    return new Recorder({
      ...{ parts: this.#parts, wantsSecrets: tlsSecrets !== "none", guard: this.#guard },
      now: () => this.#microClock.now(),
      protocol: (name) => this.#ports.protocol(name),
      takes: () => this.#takes.all,
      keepsBeginning: (info) => this.#keepsBeginning(info),
      closed: ({ info }) => this.#trigger.forget(info.id),
    });
  }

  #createSink(): Sink {
    return {
      name: "capture",
      accept: (message) => this.#guard.run(() => this.#accept(message)),
      start: () => this.#start(),
      stop: () => this.#stop(),
    };
  }

  async #start(): Promise<void> {
    const { mode } = this.#options;
    if (mode === "none" && !(await this.#hasEarlierFiles())) return;
    await this.#folder.prepare().catch((error: unknown) => this.#health.failed(error));
    this.#pruneNowAndThen();
    if (mode === "always") this.#begin("always", { type: "all" }, "always", undefined);
    else this.#publish();
  }

  /** Of captures on demand, some perhaps unfinished; they grow old though none is wanted any more. */
  async #hasEarlierFiles(): Promise<boolean> {
    try {
      return (await this.#folder.list()).length > 0;
    } catch (error) {
      const { directory } = this.#options;
      this.#ports.log.warn(
        { code: "CAPTURE_FAILED", directory, reason: describeError(error) },
        "captures cannot be read",
      );
      return false;
    }
  }

  async #stop(): Promise<void> {
    this.#cancelPrune();
    await this.#takes.stop();
    this.#health.stop();
  }

  #accept(message: BusMessage): void {
    switch (message.type) {
      case "frame": {
        const { session, direction, own = false } = message;
        const record = this.traffic.find(session.id);
        if (record === undefined || !this.#isWatched(record)) return;
        record.read();
        for (const text of describeFrame(message, this.#parts)) record.comment(direction, own, text);
        return;
      }
      case "reading": {
        const record = this.traffic.find(message.session.id);
        if (record !== undefined && this.#parts.has("I") && this.#isWatched(record))
          record.comment("device-to-cloud", false, describeReading(message));
        return;
      }
      case "seen": {
        const record = this.traffic.find(message.session.id);
        if (record !== undefined) this.traffic.named(record, message.device);
        return;
      }
      case "anomaly":
        this.#acceptAnomaly(message);
        return;
      default:
        return;
    }
  }

  #isWatched({ takes, info }: SessionRecord): boolean {
    return takes.size > 0 || this.#keepsBeginning(info);
  }

  /** It may be captured later, from its beginning. */
  #keepsBeginning(info: SessionInfo): boolean {
    return (this.#options.mode === "anomaly" && this.#serves(info)) || this.#takes.needRing;
  }

  #serves({ relay }: SessionInfo): boolean {
    const { relays } = this.#options;
    return relays.length === 0 || relays.includes(relay);
  }

  #acceptAnomaly(message: Extract<BusMessage, { readonly type: "anomaly" }>): void {
    const { session, anomaly, at } = message;
    const record = this.traffic.find(session.id);
    if (record === undefined || !this.#isWatched(record)) return;
    record.read();
    const score = this.#ports.score(session.protocol, anomaly.kind);
    if (this.#parts.has("K")) record.comment(anomaly.direction, false, describeAnomaly(message, score));
    if (this.#options.mode !== "anomaly" || !this.#serves(session)) return;
    if (anomaly.device !== undefined && record.devices.size === 0) this.traffic.named(record, anomaly.device);
    // Who was flagged by its address stays so when its name comes to light.
    const running = [...record.takes].find(({ cause }) => cause === "anomaly");
    const target = running?.target ?? suspectOf(record);
    const { kind, direction } = anomaly;
    const flag = this.#trigger.note(session.id, targetLabel(target), { kind, direction, score }, at);
    if (flag === undefined) return;
    const take = running ?? this.#takes.find("anomaly", target);
    if (take !== undefined) this.#takes.renew(take, flag.until);
    else this.#begin("anomaly", target, flag.reason, flag.until);
  }

  /** Undefined: there are too many already. */
  #begin(cause: TakeCause, target: CaptureTarget, reason: string, until: EpochMs | undefined): Take | undefined {
    const { log } = this.#ports;
    const { maxBytes, mode } = this.#options;
    const most = Math.max(1, Math.floor(maxBytes / this.#fileBytes) - (mode === "always" ? largeFileFactor : 1));
    if (this.#takes.all.length >= most) {
      if (!this.#isCrowded) log.warn({ code: "CAPTURE_FAILED", captures: most, reason }, "too many captures at once");
      this.#isCrowded = true;
      return undefined;
    }
    const isAll = cause === "always";
    const relays = isAll ? this.#options.relays : [];
    const label = isAll ? "all" : `${cause}-${targetLabel(target)}`;
    const output = this.#outputs.files(reason, label, isAll ? this.#fileBytes * largeFileFactor : this.#fileBytes);
    return this.#beginTake({ cause, target, reason, relays, output, until });
  }

  #beginTake(beginning: Parameters<Takes["begin"]>[0]): Take {
    this.traffic.flush();
    const take = this.#takes.begin(beginning);
    this.traffic.begun(take);
    this.#publish();
    return take;
  }

  #takeEnded(take: Take): void {
    const sessions = this.traffic.ended(take);
    if (take.cause === "anomaly") for (const { info } of sessions) this.#trigger.forget(info.id);
    this.#isCrowded = false;
    if (this.#options.mode !== "anomaly" && !this.#takes.needRing) this.traffic.forgetBeginnings();
    this.#publish();
  }

  #status(): CaptureStatus {
    const { mode, directory } = this.#options;
    const { problem } = this.#health;
    return {
      ...{ mode, directory, running: this.#takes.all.map((take) => take.describe()) },
      ...(problem === undefined ? {} : { problem }),
      ...this.#takes.counts,
    };
  }

  #publish(): void {
    this.#ports.bus.publish({ type: "capture", capture: this.#status() });
  }

  /** Files grow old also while nobody writes any. */
  #pruneNowAndThen(): void {
    this.#cancelPrune();
    this.#cancelPrune = this.#ports.clock.after(pruneEveryMs, () => {
      this.#folder.prune().catch((error: unknown) => this.#health.failed(error));
      this.#pruneNowAndThen();
    });
  }
}

/** Whom an anomaly makes suspicious: the session's device, else whoever calls from that address. */
function suspectOf({ devices, info }: SessionRecord): CaptureTarget {
  const [device] = devices;
  if (device !== undefined) return { type: "device", device };
  return { type: "address", relay: info.relay, address: info.device.remoteAddress };
}
