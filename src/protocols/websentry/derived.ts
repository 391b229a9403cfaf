import type { EntityDescription } from "../../model/entity.js";
import type { Value } from "../../model/value.js";

/** Values that no property holds. Each needs all its inputs from one reply. */
export const derivedEntities: readonly EntityDescription[] = [
  {
    key: "clock",
    platform: "sensor",
    name: "Clock",
    deviceClass: "timestamp",
    category: "diagnostic",
    enabled: false,
  },
  {
    key: "dew_point",
    platform: "sensor",
    name: "Room dew point",
    deviceClass: "temperature",
    unit: "°F",
    stateClass: "measurement",
    precision: 1,
  },
  {
    key: "water_heat_rise",
    platform: "sensor",
    name: "Pool water heat rise",
    deviceClass: "temperature_delta",
    unit: "°F",
    stateClass: "measurement",
    category: "diagnostic",
    precision: 1,
  },
];

/** Offsets of the time zones (kind 0x0b). Whether the unit keeps daylight saving time is unknown. */
const zoneOffsets: Readonly<Record<string, string>> = {
  GMT: "+00:00",
  "-03:30": "-03:30",
  AST: "-04:00",
  EST: "-05:00",
  CST: "-06:00",
  MST: "-07:00",
  PST: "-08:00",
  "-09:00": "-09:00",
  "-10:00": "-10:00",
};

/** What follows from the values of one reply, by state key. */
export function derive(reply: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  const derived: (readonly [string, Value])[] = [];
  const date = reply.get("clock_date");
  const time = reply.get("clock_time");
  const offset = zoneOffsets[String(reply.get("time_zone"))];
  if (typeof date === "string" && typeof time === "string" && offset !== undefined) {
    derived.push(["clock", `${date}T${time}${offset}`]);
  }
  const humidity = reply.get("humidity");
  const room = reply.get("room_temp");
  if (typeof humidity === "number" && typeof room === "number" && humidity > 0) {
    derived.push(["dew_point", tenths(dewPointF(room, humidity))]);
  }
  const water = reply.get("pool_temp");
  const heated = reply.get("pool_temp_out");
  if (typeof water === "number" && typeof heated === "number")
    derived.push(["water_heat_rise", tenths(heated - water)]);
  return derived;
}

/** Magnus formula with the coefficients of Sonntag (1990), good to 0.1 °F between -50 and 140 °F. */
function dewPointF(temperatureF: number, humidityPercent: number): number {
  const celsius = (temperatureF - 32) / 1.8;
  const gamma = Math.log(humidityPercent / 100) + (17.62 * celsius) / (243.12 + celsius);
  return ((243.12 * gamma) / (17.62 - gamma)) * 1.8 + 32;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
