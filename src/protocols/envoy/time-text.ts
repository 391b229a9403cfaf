const dayS = 86_400;

/** `2015-07-25T15:26:48.000Z`: ISO 8601 as the other times of a state object have it. */
export function isoTime(epochS: number): string {
  const days = Math.floor(epochS / dayS);
  const seconds = epochS - days * dayS;
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(":");
  return `${civilDate(days)}T${clock}.000Z`;
}

/** Days since 1970 to a Gregorian date, counted in eras of 400 years that begin on 1 March. */
function civilDate(daysSince1970: number): string {
  const shifted = daysSince1970 + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
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
