import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { CaptureOutput, CaptureStatus } from "../../src/model/capture.js";
import type { DeviceId } from "../../src/model/device.js";
import type { Bus } from "../../src/model/ports.js";
import type { Direction, SessionInfo } from "../../src/model/session.js";
import type { LegOpening, LegTraffic, SessionTraffic } from "../../src/model/traffic.js";
import type { Values } from "../../src/model/value.js";
import { createBus } from "../../src/runtime/bus.js";
import { type Capture, createCapture } from "../../src/sinks/capture/capture.js";
import type { CaptureOptions } from "../../src/sinks/capture/options.js";
import { blueprint } from "./blueprint/index.js";
import { allParts, legOpening, sessionInfo } from "./capture-moments.js";
import { FakeClock } from "./fake-clock.js";
import { type LogRecorder, recordLog } from "./log-recorder.js";
import { readCapture, readCaptureFile, type WrittenCapture } from "./written-capture.js";

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-captures-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Lets everything happen that waits for this turn of the event loop to end. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What anomalies weigh, by their kind. */
export const scores: Readonly<Record<string, number>> = { nothing: 0, odd: 4, bad: 5 };

const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 1_500 };

export interface CaptureRig {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly logs: LogRecorder;
  readonly capture: Capture;
  /** Each time that the bus heard of captures. */
  readonly told: readonly CaptureStatus[];
  /** A session whose device leg is up, and after `reached` its cloud leg. */
  call(id: string, given?: Partial<SessionInfo>): Caller;
  /** Ends it; afterwards all is on disk. */
  stop(): Promise<void>;
  names(): readonly string[];
  /** All files, oldest first. */
  files(): readonly WrittenCapture[];
  /** The only file. */
  file(): WrittenCapture;
}

/** A capture on a real folder, with sessions that are made up. */
export function setUpCapture(given: Partial<CaptureOptions> = {}): CaptureRig {
  const folder = given.directory ?? join(temporaryFolder(), "captures");
  const clock = new FakeClock();
  const logs = recordLog();
  const bus = createBus(logs.log);
  const told: CaptureStatus[] = [];
  const options: CaptureOptions = {
    ...{ mode: "always", directory: folder, maxBytes: 100_000_000, maxAgeMs: 7 * 86_400_000 },
    ...{ threshold: 5, holdMs: 600_000, parts: [...allParts], relays: [], tlsSecrets: "none" },
    ...{ application: "Cloudtap 1.2.3", ...given },
  };
  const capture = createCapture(options, {
    ...{ bus, clock, log: logs.log, elapsedMs: () => clock.now() },
    protocol: (name) => (name === blueprint.name ? blueprint : undefined),
    score: (_protocol, kind) => scores[kind] ?? 0,
  });
  bus.subscribe("capture", (message) => capture.sink.accept(message));
  bus.subscribe("test", (message) => {
    if (message.type === "capture") told.push(message.capture);
  });
  const names = (): readonly string[] => readdirSync(folder).toSorted();
  const files = (): readonly WrittenCapture[] =>
    names()
      .filter((name) => name.endsWith(".pcapng"))
      .map((name) => readCaptureFile(join(folder, name)));
  return {
    ...{ folder, clock, logs, capture, told, names, files },
    call: (id, info) => new Caller(capture, bus, clock, sessionInfo(id, info)),
    stop: () => capture.sink.stop(),
    file() {
      const [file, ...others] = files();
      if (file === undefined || others.length > 0) throw new Error(`expected one file, found ${names().join(", ")}`);
      return file;
    },
  };
}

/** A session as the relay would tell of it. */
export class Caller {
  readonly info: SessionInfo;
  readonly traffic: SessionTraffic;
  readonly #bus: Bus;
  readonly #clock: FakeClock;
  #device: LegTraffic | undefined;
  #cloud: LegTraffic | undefined;

  constructor(capture: Capture, bus: Bus, clock: FakeClock, info: SessionInfo) {
    this.info = info;
    this.#bus = bus;
    this.#clock = clock;
    this.traffic = capture.traffic.opened(info);
  }

  /** The device leg comes up, unless it is. */
  arrives(given: Partial<LegOpening> = {}): this {
    this.#device ??= this.traffic.legOpened(legOpening("device", { addresses: this.info.device, ...given }));
    return this;
  }

  /** The cloud leg comes up. */
  reaches(given: Partial<LegOpening> = {}): this {
    this.arrives();
    this.#cloud = this.traffic.legOpened(legOpening("cloud", given));
    return this;
  }

  /** The device says something, which goes on to the cloud where that is reached. */
  says(words: string | Uint8Array): this {
    this.arrives();
    const bytes = Buffer.from(words);
    this.#device?.received(bytes);
    this.#cloud?.sent(bytes);
    return this;
  }

  /** The cloud says something, which goes on to the device. */
  answers(words: string | Uint8Array): this {
    const bytes = Buffer.from(words);
    this.#cloud?.received(bytes);
    this.#device?.sent(bytes);
    return this;
  }

  /** Cloudtap says something to the device by itself. */
  tells(words: string): this {
    this.#device?.sent(Buffer.from(words));
    return this;
  }

  /** A frame was read. */
  frame(label: string, given: { readonly direction?: Direction; readonly own?: true } = {}): this {
    const data = Buffer.from(label);
    const role = given.direction === "cloud-to-device" ? "acknowledgement" : "report";
    const message = { type: "frame", session: this.info, role, label, bytes: data.length, data } as const;
    this.#bus.publish({ ...message, direction: "device-to-cloud", ...given });
    return this;
  }

  /** The session turns out to be a device's. */
  names(device: DeviceId): this {
    this.#bus.publish({ type: "seen", session: this.info, device, at: this.#clock.now() });
    return this;
  }

  reads(device: DeviceId, values: Values): this {
    const now = this.#clock.now();
    const reading = { device, measuredAt: now, receivedAt: now, live: true, values };
    this.#bus.publish({ type: "reading", session: this.info, reading });
    return this;
  }

  /** `kind`: one of `scores`. */
  errs(kind: string, direction: Direction = "device-to-cloud"): this {
    const anomaly = { kind, direction, detail: `${kind} bytes` };
    this.#bus.publish({ type: "anomaly", session: this.info, anomaly, at: this.#clock.now() });
    return this;
  }

  /** Both ends say goodbye, the device first. */
  leaves(): this {
    for (const leg of [this.#device, this.#cloud]) {
      leg?.ended(leg === this.#device ? "peer" : "cloudtap");
      leg?.ended(leg === this.#device ? "cloudtap" : "peer");
    }
    this.traffic.closed({ by: "device", how: "fin", detail: "the device said goodbye" }, counters);
    return this;
  }
}

/** Somebody who looks at a capture while it goes on. */
export class Viewer implements CaptureOutput {
  readonly pieces: Uint8Array[] = [];
  isSlow = false;
  #resume: () => void = () => undefined;

  write(bytes: Uint8Array): boolean {
    this.pieces.push(bytes);
    return !this.isSlow;
  }

  onDrained(resume: () => void): void {
    this.#resume = resume;
  }

  /** Has taken everything. */
  drain(): void {
    this.isSlow = false;
    this.#resume();
  }

  get seen(): WrittenCapture {
    return readCapture(this.pieces);
  }
}
