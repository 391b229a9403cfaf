import type { EpochMs } from "../../model/time.js";
import { sleepingCode } from "./event-codes.js";
import type { DeviceElement, Eqid, EventElement, IntervalElement, PerfReport, ReadingElement } from "./report.js";
import { parseEqid } from "./report.js";

/** An Envoy sends no more of a kind in one report: docs/protocols/envoy.md §6. */
const elementsPerReport = 500;
const queueLimit = 20_000;
const peakW = 230;
const backlogShare = 0.4;
const firstSerial = 122_000_000_000;
const firstInverterSerial = 121_000_000_000;
const condition = { awake: 0x200000, image: 0x020000 };

export interface SimulatedArrayOptions {
  readonly index: number;
  readonly inverters: number;
  /** Length of an interval in seconds, at most 300. */
  readonly gridS: number;
  /** Old intervals of each inverter that are still to be sent at the start. */
  readonly backlog: number;
  /** Share of the peak power at a time: 0 at night, 1 at noon. */
  sunlight(at: EpochMs): number;
}

/** Microinverters and what their Envoy still has to send, first in, first out. */
export class SimulatedArray {
  readonly serial: string;
  readonly #options: SimulatedArrayOptions;
  readonly #inverters: readonly { readonly eqid: Eqid; readonly device: Eqid }[];
  #intervals: IntervalElement[] = [];
  #events: EventElement[] = [];
  #nextIntervalId = 0;
  #nextReadingId = 0;
  #nextEventId = 0;
  /** End of the last interval. */
  #endedAt: number | undefined;
  #asleep = false;
  /** Whether the inventory was sent. */
  #introduced = false;

  constructor(options: SimulatedArrayOptions) {
    this.#options = options;
    this.serial = String(firstSerial + options.index);
    this.#inverters = Array.from({ length: options.inverters }, (_, number) => {
      const serial = String(firstInverterSerial + options.index * 1000 + number);
      return { eqid: eqidOf(`${serial}.1`), device: eqidOf(serial) };
    });
  }

  /** What the Envoy reports now; undefined where there is nothing, as at night. */
  report(now: EpochMs): PerfReport | undefined {
    this.#advance(now);
    const intervals = this.#intervals.splice(0, elementsPerReport);
    const events = this.#events.splice(0, elementsPerReport);
    const caughtUp = this.#intervals.length === 0;
    const readings = caughtUp && !this.#asleep ? this.#poll(now) : [];
    const devices = this.#introduced ? [] : this.#inventory();
    this.#introduced = true;
    if (intervals.length + readings.length + events.length + devices.length === 0) return undefined;
    return {
      reportedAt: Math.floor(now / 1000),
      webcommVersion: "4.6.0",
      envoy: {
        serialNum: this.serial,
        partNum: "800-00069-r05",
        swVersion: "R3.12.34 (2e8bfe)",
        ipAddr: "192.0.2.20",
        macAddr: "02:00:00:00:00:20",
        timezone: "UTC",
        emuRegion: "NA",
      },
      intervals,
      readings,
      events,
      devices,
    };
  }

  #advance(now: EpochMs): void {
    const { gridS, backlog, sunlight } = this.#options;
    const nowS = Math.floor(now / 1000);
    const lastEnd = Math.floor(nowS / gridS) * gridS;
    if (this.#endedAt === undefined) {
      this.#nextIntervalId = nowS;
      this.#nextReadingId = nowS;
      this.#nextEventId = nowS;
      for (let slot = backlog; slot >= 1; slot -= 1) this.#book(lastEnd - slot * gridS, backlogShare, gridS);
      this.#endedAt = lastEnd - gridS;
    }
    for (let end = this.#endedAt + gridS; end <= lastEnd; end += gridS) {
      const share = sunlight((end * 1000) as EpochMs);
      // Between two polls lie some seconds that belong to no reading.
      if (share > 0) this.#book(end, share, gridS - Math.floor(gridS / 50));
      this.#endedAt = end;
    }
    this.#intervals = this.#intervals.slice(-queueLimit);
    this.#sleepOrWake(nowS, sunlight(now) === 0);
  }

  #book(endDate: number, share: number, statDurationS: number): void {
    for (const [number, { eqid }] of this.#inverters.entries()) {
      const joules = Math.round(wattsOf(number, share) * statDurationS);
      const id = this.#nextIntervalId;
      this.#nextIntervalId += 1;
      this.#intervals.push({
        id,
        eqid,
        endDate,
        intervalDurationS: this.#options.gridS,
        statDurationS,
        stats: [joules],
      });
    }
  }

  #poll(now: EpochMs): readonly ReadingElement[] {
    const share = this.#options.sunlight(now);
    const durationS = Math.max(30, this.#options.gridS - 8);
    return this.#inverters.slice(0, elementsPerReport).map(({ eqid }, number) => {
      const watts = wattsOf(number, share);
      const dcMillivolts = 30_000 - number * 20;
      const stats = [
        244_000 + number * 50,
        59_990 + (number % 20),
        dcMillivolts,
        Math.round((watts / 0.95 / dcMillivolts) * 1_000_000),
        Math.round(15 + 30 * share),
        0,
        0,
        Math.round(watts * durationS),
      ];
      this.#nextReadingId += 1;
      return { id: this.#nextReadingId, eqid, date: Math.floor(now / 1000), durationS, flags: "0", stats };
    });
  }

  #sleepOrWake(date: number, dark: boolean): void {
    if (dark === this.#asleep) return;
    this.#asleep = dark;
    for (const { device: eqid } of this.#inverters) {
      const id = this.#nextEventId;
      this.#nextEventId += 1;
      this.#events.push({ id, code: sleepingCode, state: dark ? 2 : 1, date, eqid });
    }
  }

  #inventory(): readonly DeviceElement[] {
    return this.#inverters.slice(0, elementsPerReport).map(({ eqid, device }) => ({
      eqid: device,
      deviceType: 1,
      partNum: "800-00107-r01",
      adminState: 1,
      conditionFlags: condition.awake,
      observedFlags: 0,
      controlBits: 0,
      imageBits: condition.image,
      channels: [{ eqid, channelType: 1, conditionFlags: 0, observedFlags: 0, controlBits: 0 }],
    }));
  }
}

/** Each inverter a little different. */
function wattsOf(number: number, share: number): number {
  return peakW * share * (1 + 0.03 * Math.sin(number));
}

function eqidOf(text: string): Eqid {
  return parseEqid(text) ?? { text, serial: text };
}
