import type { EpochMs } from "../../model/time.js";
import { civilTime } from "../../wire/civil-time.js";
import { Cursor } from "../../wire/cursor.js";
import { type Item, type ItemValue, readValue } from "./items.js";
import { setpointScales } from "./properties/setpoint-scales.js";
import { properties } from "./properties.js";
import { propertyById } from "./property-table.js";

const unknownProperty: ItemValue = { type: 0x01, code: 4 };
/** Hours from UTC of each time zone of kind 0x0b. */
const zoneHours = [0, -3.5, -4, -5, -6, -7, -8, -9, -10];

/** The properties of a simulated unit: starts with the sample values, takes writes as a unit does. */
export class PropertyStore {
  readonly #values = new Map<number, ItemValue>();
  #reads = 0;

  constructor() {
    for (const { id, type, sample } of properties) {
      if (type === undefined || sample === undefined) continue;
      const value = readValue(new Cursor(fromHex(sample)), type);
      if (value !== undefined) this.#values.set(id, value);
    }
  }

  /** The value as the unit would answer; status 4 for a property that it does not have. */
  read(id: number, now: EpochMs): Item {
    const value = this.#values.get(id) ?? unknownProperty;
    if (id === 0x0107 || id === 0x0108) return { id, ...this.#clock(id, now) };
    return value.type === 0x06 ? { id, type: 0x06, value: this.#drifted(id, value.value) } : { id, ...value };
  }

  set(id: number, value: ItemValue): void {
    this.#values.set(id, value);
  }

  /** Takes a write as it comes; the value keeps the form in which it is read. */
  write(item: Item): Item {
    const { id } = item;
    const old = this.#values.get(id);
    const isWriteOnly = old === undefined && propertyById(id)?.setType !== undefined;
    if (old === undefined && !isWriteOnly) return { id, ...unknownProperty };
    if (item.type === 0x03 && old !== undefined) this.#writeNumber(id, old, item.value);
    else if (old !== undefined && item.type === old.type) this.#values.set(id, item);
    return { id, type: 0x00 };
  }

  #writeNumber(id: number, old: ItemValue, value: number): void {
    if (old.type === 0x09) this.#values.set(id, { ...old, raw: value });
    if (old.type === 0x03) this.#values.set(id, { ...old, value });
    if (old.type === 0x08) {
      const signed = value > 0x7fff ? value - 0x10000 : value;
      this.#values.set(id, { ...old, value: signed });
    }
    if (id === 0x010e) this.#rescale(value === 3);
    if (id === 0x0c01) this.#switchBlower(value === 1);
  }

  /** Value and range of the temperature setpoints follow the unit; sensors do not. */
  #rescale(toCelsius: boolean): void {
    for (const { id, celsius, fahrenheit } of setpointScales) {
      const [value, min, max] = toCelsius ? celsius : fahrenheit;
      this.#values.set(id, { type: 0x08, value, min, max, step: 1 });
    }
  }

  #switchBlower(on: boolean): void {
    this.#values.set(0x0701, { type: 0x08, value: on ? 90 : 0, min: 0, max: 100, step: 5 });
    this.#values.set(0x0c03, { type: 0x02, raw: on ? 2 : 1 });
    this.#values.set(0x120d, { type: 0x07, text: on ? "Ready" : "Disabled" });
    this.#values.set(0x120e, { type: 0x02, raw: on ? 2 : 0 });
  }

  #clock(id: number, now: EpochMs): ItemValue {
    const zone = this.#values.get(0x010b);
    const zoneHoursNow = zoneHours[zone?.type === 0x09 ? zone.raw : 0] ?? 0;
    const [date = "", time = ""] = civilTime(now / 1000 + zoneHoursNow * 3600).split("T");
    return id === 0x0107 ? { type: 0x0a, text: date } : { type: 0x0b, text: time };
  }

  /** Each sensor swings around its sample value at its own pace. */
  #drifted(id: number, value: number): number {
    this.#reads += 1;
    return Math.round((value + 2 * Math.sin(this.#reads / 90 + id)) * 10) / 10;
  }
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
