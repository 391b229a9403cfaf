import type { LocalHour } from "./availability.js";

/** There are fewer time zones than this; more names are nonsense from a device. */
const zoneLimit = 600;

/** Remembers a formatter a time zone: making one costs far more than using it. */
export function createLocalHour(): LocalHour {
  const zones = new Map<string, Intl.DateTimeFormat | undefined>();
  return (timezone, at) => {
    if (!zones.has(timezone)) {
      if (zones.size >= zoneLimit) return undefined;
      zones.set(timezone, formatterFor(timezone));
    }
    const text = zones.get(timezone)?.format(at);
    return text === undefined ? undefined : Number(text);
  };
}

function formatterFor(timezone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hour: "2-digit", hourCycle: "h23" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
