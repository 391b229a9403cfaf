/** Moments and days in the words of a language, in the time zone of whoever looks. */
export interface Moments {
  /** `14:02`, with `seconds` `14:02:05`. */
  time(at: number, seconds?: boolean): string;
  /** `21 Nov, 14:02`; the year where it is another one than that of `now`. */
  moment(at: number, now: number): string;
  /** `21 Nov` of a day as the API writes it, `2026-11-21`. What is no day stays as it is. */
  day(day: string): string;
  /** `Sat 21 Nov`. */
  weekday(day: string): string;
}

/** `timeZone`: for tests; otherwise that of the browser. */
export function createMoments(language: string, timeZone?: string): Moments {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...zone, ...options });
  const time = format({ hour: "2-digit", minute: "2-digit" });
  const seconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const thisYear = format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const otherYear = format({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const year = format({ year: "numeric" });
  // A day of the calendar has no time zone: taken and written as UTC.
  const day = format({ day: "numeric", month: "short", timeZone: "UTC" });
  const weekday = format({ weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const dayAs = (formatter: Intl.DateTimeFormat, text: string): string => {
    const at = Date.parse(`${text}T00:00:00Z`);
    return Number.isNaN(at) ? text : formatter.format(at);
  };
  return {
    time: (at, withSeconds = false) => (withSeconds ? seconds : time).format(at),
    moment: (at, now) => (year.format(at) === year.format(now) ? thisYear : otherYear).format(at),
    day: (text) => dayAs(day, text),
    weekday: (text) => dayAs(weekday, text),
  };
}
