import { civilTime } from "../../wire/civil-time.js";

/** `2015-07-25T15:26:48.000Z`: ISO 8601 as the other times of a state object have it. */
export function isoTime(epochS: number): string {
  return `${civilTime(epochS)}.000Z`;
}

/** Dates and hours where the Envoy is. */
export interface LocalTime {
  /** `2015-07-25`. */
  day(epochS: number): string;
  hour(epochS: number): number;
}

/** A time zone that this runtime does not know counts as UTC. */
export function localTime(timezone: string | undefined): LocalTime {
  const zone = timezone !== undefined && isTimezone(timezone) ? timezone : "UTC";
  const dates = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const hours = new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", hourCycle: "h23" });
  const known = new Map<number, string>();
  return {
    day(epochS) {
      const day = known.get(epochS) ?? dates.format(epochS * 1000);
      known.set(epochS, day);
      return day;
    },
    hour: (epochS) => Number(hours.format(epochS * 1000)),
  };
}

export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
