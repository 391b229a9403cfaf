import type { Player, PlayerAction, SimulatorOptions } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import { parseHttpHead } from "../../wire/http1-head.js";
import { encodeReport, encodeReportRequest } from "./encoder.js";
import { SimulatedArray } from "./simulated-array.js";
import { createEnvoySplitter } from "./splitter.js";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const sun = { riseHour: 6, setHour: 20 };
const defaults = { inverters: 20, startHour: 10 };
const inverterLimit = 999;
const backlogLimit = 2_000;
const gridS = 300;
const webcommVersion = "4.6.0";
const repeatAfterMs = 1_000;

/**
 * Plays an R3.x Envoy: one request a connection, kept until the cloud answers 2xx. Times in its reports are real ones; the sun
 * has a clock of its own. Options: `inverters` (20), `backlog` (old intervals of each inverter), `repeat` (how often a report
 * that was acknowledged is sent again), `start` (hour at which the sun stands at first, 10), `speed` (of the sun, 1).
 */
export function createDeviceSimulator(options: SimulatorOptions): Player {
  return new EnvoySimulator(options);
}

class EnvoySimulator implements Player {
  readonly #intervalMs: number;
  readonly #repeats: number;
  readonly #speed: number;
  readonly #startMs: number;
  readonly #array: SimulatedArray;
  #splitter = createEnvoySplitter("cloud-to-device");
  #startedAt: EpochMs | undefined;
  #pending: Uint8Array | undefined;
  #repeatsLeft = 0;
  #isRepeat = false;

  constructor({ index, intervalS, extra }: SimulatorOptions) {
    const interval = Math.max(1, Math.round(intervalS));
    this.#intervalMs = interval * 1000;
    this.#repeats = option(extra.repeat, 0, 100);
    this.#speed = Math.max(1, option(extra.speed, 1, 100_000));
    this.#startMs = option(extra.start, defaults.startHour, 23) * hourMs;
    this.#array = new SimulatedArray({
      index,
      inverters: option(extra.inverters, defaults.inverters, inverterLimit),
      gridS: Math.min(gridS, interval),
      backlog: option(extra.backlog, 0, backlogLimit),
      sunlight: (at) => this.#sunlight(at),
    });
  }

  connected(now: EpochMs): readonly PlayerAction[] {
    this.#splitter = createEnvoySplitter("cloud-to-device");
    this.#prepare(now);
    return this.#pending === undefined ? [{ type: "end" }] : [{ type: "send", bytes: this.#pending }];
  }

  received(chunk: Uint8Array): readonly PlayerAction[] {
    const whole = this.#splitter.push(chunk).find((frame) => frame.whole);
    if (whole === undefined) return [];
    const { start } = parseHttpHead(whole.bytes);
    const status = start.type === "response" ? start.status : 0;
    if (status < 200 || status > 299) return [{ type: "log", text: `answer ${status}, report kept` }, { type: "end" }];
    this.#isRepeat = this.#repeatsLeft > 0;
    if (this.#isRepeat) this.#repeatsLeft -= 1;
    else this.#pending = undefined;
    return [{ type: "end" }];
  }

  woken(now: EpochMs): readonly PlayerAction[] {
    this.#prepare(now);
    if (this.#pending === undefined) return [{ type: "wake", afterMs: this.#intervalMs }];
    return [{ type: "connect" }];
  }

  disconnected(): readonly PlayerAction[] {
    const afterMs = this.#isRepeat ? repeatAfterMs : this.#intervalMs;
    this.#isRepeat = false;
    return [{ type: "wake", afterMs }];
  }

  /** A report that is not acknowledged is sent again as it was. */
  #prepare(now: EpochMs): void {
    this.#startedAt ??= now;
    if (this.#pending !== undefined) return;
    const report = this.#array.report(now);
    if (report === undefined) return;
    this.#pending = encodeReportRequest(encodeReport(report), webcommVersion, "form");
    this.#repeatsLeft = this.#repeats;
  }

  #sunlight(at: EpochMs): number {
    const elapsed = (at - (this.#startedAt ?? at)) * this.#speed;
    const hour = ((((this.#startMs + elapsed) % dayMs) + dayMs) % dayMs) / hourMs;
    if (hour <= sun.riseHour || hour >= sun.setHour) return 0;
    return Math.sin((Math.PI * (hour - sun.riseHour)) / (sun.setHour - sun.riseHour));
  }
}

/** A number from 0 to `most`; what is none counts as not given. */
function option(text: string | undefined, otherwise: number, most: number): number {
  const value = text === undefined || text === "" ? otherwise : Number(text);
  return value >= 0 ? Math.min(value, most) : otherwise;
}
