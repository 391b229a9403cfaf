import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import { inverterId } from "./description.js";
import { idNotes } from "./energy.js";
import { channelPrefix } from "./entities.js";
import { type Entry, expiryIn, isNewer, laterTime, note, touchChannel } from "./entry.js";
import { joulesIndex, readingFields, wattLimit } from "./fields.js";
import { isAhead } from "./freshness.js";
import type { ReadingElement } from "./report.js";

/** Shorter readings scatter by a third, longer ones are averages over a gap. */
const powerDurationS = { least: 30, most: 900 };

/**
 * Shows what is current. Gives back the others, each once, as stored records. Their energy is not counted: it is that of the
 * intervals.
 */
export function takeReadings(entry: Entry): readonly Reading[] {
  const { books, report } = entry;
  const isNewId = idNotes(books.readings);
  const historic: Reading[] = [];
  for (const element of report.readings) {
    const channel = touchChannel(entry, element.eqid);
    if (channel === undefined) continue;
    const { date } = element;
    const isNew = isNewId(element.id, date);
    const values = measured(entry, element, isNew);
    const watts = powerOf(element);
    if (watts === "implausible_value" && isNew) note(entry, watts);
    if (!isAhead(date, report.reportedAt)) channel.lastReadingAt = laterTime(entry, channel.lastReadingAt, date);
    const expiresAt = expiryIn(entry, date);
    if (expiresAt === undefined) {
      if (isNew) historic.push(storedRecord(entry, element, values, watts));
      continue;
    }
    if (isNewer(entry, channel.reading, date)) channel.reading = { at: date, expiresAt, values };
    // Of an interval and a reading that end together the reading counts.
    const isNewest = isNewer(entry, channel.power, date) || channel.power?.at === date;
    if (typeof watts === "number" && isNewest) channel.power = { at: date, expiresAt, watts };
  }
  return historic;
}

function measured(entry: Entry, { stats }: ReadingElement, isNew: boolean): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const { index, key, divisor, min, max } of readingFields) {
    const value = (stats[index] ?? Number.NaN) / divisor;
    if (value >= min && value <= max) values[key] = value;
    else if (isNew) note(entry, "implausible_value");
  }
  return values;
}

function powerOf({ stats, durationS }: ReadingElement): number | "implausible_value" | undefined {
  const joules = stats[joulesIndex];
  if (joules === undefined || durationS < powerDurationS.least || durationS > powerDurationS.most) return undefined;
  const watts = joules / durationS;
  return watts >= 0 && watts <= wattLimit ? watts : "implausible_value";
}

function storedRecord(
  { now, clock }: Entry,
  { eqid, date }: ReadingElement,
  values: Readonly<Record<string, number>>,
  watts: ReturnType<typeof powerOf>,
): Reading {
  const prefix = channelPrefix(eqid.channel ?? 1);
  const power = typeof watts === "number" ? { power: roundPower(watts) } : {};
  const named = Object.entries({ ...power, ...values }).map(([key, value]) => [`${prefix}${key}`, value]);
  const measuredAt = ((date + clock.shiftS) * 1000) as EpochMs;
  return {
    device: inverterId(eqid.serial),
    measuredAt,
    receivedAt: now,
    live: false,
    values: Object.fromEntries(named),
  };
}

export function roundPower(watts: number): number {
  return Math.round(watts * 10) / 10;
}
