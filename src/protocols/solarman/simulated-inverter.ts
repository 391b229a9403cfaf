import { civilTime } from "../../wire/civil-time.js";
import type { FieldValues } from "../../wire/field-table.js";
import type { LoggerTimes } from "./messages.js";
import { dayOf, nextSunrise, nextSunset, sunlight } from "./sun.js";

const hourMs = 3_600_000;
const ratedW = 800;
/** Of the two inputs, in W at full sun. */
const peaksW = [380, 410] as const;
const acEfficiency = 0.955;
/** With less light the inverter loses its power and with it the logger. */
const leastDcW = 5;
const firstTotalKwh = 177.5;
const firstInputTotalsKwh = [80.7, 88.1] as const;

export interface SimulatedDay {
  /** When the simulation began, and which time of the simulated day that was, both in milliseconds since 1970. */
  readonly realStart: number;
  readonly simulatedStart: number;
  /** Simulated seconds in a real one. */
  readonly speed: number;
}

/**
 * A micro-inverter of 800 W with two inputs under a cloudless sky. Only the sun moves at `speed`: energy is counted in
 * real time, so that no counter runs faster than an inverter of this size can.
 */
export class SimulatedInverter {
  readonly #serial: string;
  readonly #day: SimulatedDay;
  #totalKwh = firstTotalKwh;
  #todayKwh = 0;
  #shares = { total: 0, today: 0 };
  #countedAt: number;
  #today: number;
  /** Registers that commands may write. */
  readonly registers = new Map([
    [40, 100],
    [43, 1],
  ]);

  constructor(serial: string, day: SimulatedDay) {
    this.#serial = serial;
    this.#day = day;
    this.#countedAt = day.realStart;
    this.#today = dayOf(day.simulatedStart);
  }

  get serial(): string {
    return this.#serial;
  }

  isAwake(now: number): boolean {
    return this.#light(now) * (peaksW[0] + peaksW[1]) >= leastDcW;
  }

  /** Real milliseconds until there is light enough. */
  sleepMs(now: number): number {
    const simulated = this.#simulated(now);
    const awake = nextSunrise(simulated) + 0.5 * hourMs;
    return Math.ceil((awake - simulated) / this.#day.speed);
  }

  /** Real milliseconds until the sun has set. */
  daylightMs(now: number): number {
    const simulated = this.#simulated(now);
    return Math.ceil((nextSunset(simulated) - simulated) / this.#day.speed);
  }

  /** A record's values. The clock is unknown until the cloud told the time. */
  values(now: number, times: LoggerTimes, timezoneMinutes: number): FieldValues {
    this.#count(now);
    const watts = this.#acPower(now);
    const inputs = peaksW.map((_, index) => this.#inputValues(now, index));
    const clock = civilTime(times.totalS + times.offsetS + timezoneMinutes * 60);
    return {
      ...fixedValues(this.#serial),
      ...inputs[0],
      ...inputs[1],
      power: Math.round(watts),
      energy_today: tenth(this.#todayKwh),
      energy_total: tenth(this.#totalKwh),
      grid_voltage: 234.5,
      grid_current: tenth(watts / 234.5),
      grid_frequency: 50.01,
      temperature: tenth(18 + 25 * this.#light(now)),
      active_power_limit: this.registers.get(40) ?? 100,
      on_off: this.registers.get(43) ?? 1,
      ...(times.offsetS === 0 ? {} : { inverter_clock: clock }),
    };
  }

  #inputValues(now: number, index: number): FieldValues {
    const input = index + 1;
    const peakW = peaksW[index] ?? 0;
    const share = peakW / (peaksW[0] + peaksW[1]);
    const volts = 28 + 6 * this.#light(now);
    return {
      [`pv${input}_voltage`]: tenth(volts),
      [`pv${input}_current`]: tenth((peakW * this.#dcShare(now)) / volts),
      [`pv${input}_energy_today`]: tenth(this.#shares.today * share),
      [`pv${input}_energy_total`]: tenth((firstInputTotalsKwh[index] ?? 0) + this.#shares.total * share),
      [`port${input}_serial`]: `${this.#serial}-${input}`,
    };
  }

  #count(now: number): void {
    const kwh = (this.#acPower(now) * Math.max(0, now - this.#countedAt)) / hourMs / 1000;
    this.#countedAt = now;
    const today = dayOf(this.#simulated(now));
    if (today !== this.#today) {
      this.#todayKwh = 0;
      this.#shares = { ...this.#shares, today: 0 };
    }
    this.#today = today;
    this.#todayKwh += kwh;
    this.#totalKwh += kwh;
    const dcKwh = kwh / acEfficiency;
    this.#shares = { total: this.#shares.total + dcKwh, today: this.#shares.today + dcKwh };
  }

  #acPower(now: number): number {
    return (peaksW[0] + peaksW[1]) * this.#dcShare(now) * acEfficiency;
  }

  /** What the sun offers, as far as switch and limit let it through. */
  #dcShare(now: number): number {
    if (this.registers.get(43) === 2) return 0;
    const limitW = (ratedW * (this.registers.get(40) ?? 100)) / 100;
    return Math.min(this.#light(now), limitW / acEfficiency / (peaksW[0] + peaksW[1]));
  }

  #light(now: number): number {
    return sunlight(this.#simulated(now));
  }

  #simulated(now: number): number {
    const { realStart, simulatedStart, speed } = this.#day;
    return simulatedStart + (now - realStart) * speed;
  }
}

function fixedValues(serial: string): FieldValues {
  return {
    inverter_serial: serial,
    inverter_state: 4,
    temperature_2: -10,
    temperature_3: -10,
    temperature_4: -10,
    temperature_5: -10,
    protocol_version: "V0.2.0.1",
    firmware_control: "V0.1.1.7",
    firmware_communication: "V1.2.1.8",
    rated_power: ratedW,
    mppt_count: peaksW.length,
    phase_count: 1,
    device_type: 4,
    overfrequency_start: 50.2,
    overfrequency_load_reduction: 44,
    grid_voltage_upper_limit: 275,
    grid_voltage_lower_limit: 183,
    grid_frequency_upper_limit: 51.5,
    grid_frequency_lower_limit: 47.5,
    self_check_time: 60,
    hardware_version: 258,
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
