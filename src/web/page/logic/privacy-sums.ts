import type { DestinationView } from "../../api-types.js";

export interface Sums {
  readonly sent: number;
  readonly received: number;
}

/** Bytes of all days of some destinations together. */
export function sumOf(destinations: readonly DestinationView[]): Sums {
  const days = destinations.flatMap((destination) => destination.days);
  return {
    sent: days.reduce((sum, { sent }) => sum + sent, 0),
    received: days.reduce((sum, { received }) => sum + received, 0),
  };
}

export interface DayBar {
  readonly day: string;
  readonly sent: number;
  readonly received: number;
  /** Of the highest day of all, 0 to 1. */
  readonly share: number;
}

/** One bar for each of the last `count` days up to the newest one that is known, oldest first; days without traffic have none. */
export function dayBars({ days }: DestinationView, count: number, newest: string): readonly DayBar[] {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const end = Date.parse(`${newest}T00:00:00Z`);
  if (Number.isNaN(end)) return [];
  const shown = Array.from({ length: count }, (_none, index) => {
    const day = new Date(end - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    return byDay.get(day) ?? { day, sent: 0, received: 0 };
  });
  const highest = Math.max(0, ...shown.map(({ sent, received }) => sent + received));
  return shown.map((day) => ({ ...day, share: highest === 0 ? 0 : (day.sent + day.received) / highest }));
}

/** The newest day that any destination knows; undefined: none. */
export function newestDay(destinations: readonly DestinationView[]): string | undefined {
  return destinations
    .flatMap(({ days }) => days.map(({ day }) => day))
    .sort()
    .at(-1);
}
