import type { EpochMs } from "../../model/time.js";
import type { Value } from "../../model/value.js";
import type { DeviceNotes } from "./device-notes.js";
import type { PropertyRow } from "./properties/row.js";
import { properties } from "./properties.js";
import { idsOf } from "./property-table.js";

/** The largest query whose reply is known to have come was as large: docs/protocols/websentry.md §12. */
export const mostInQuery = 32;
/** Flags of an Init that says nothing new. */
const nothingNew = 7;
/** How often a property is asked that the unit says it does not have. */
const absentAgainMs = 86_400_000;

/** Settings that can be written and read back, which every session asks for. */
const writable = properties.filter((row) => row.setType !== undefined && row.group === "settings");
export const writableIds: readonly number[] = writable.map(({ id }) => id);

export interface Session {
  /** Flags of the Init before this one; undefined: there was none, or none is known. */
  readonly flagsBefore: number | undefined;
  /** What the unit was asked already, by whomever. */
  readonly asked: ReadonlySet<number>;
}

/** What is left to ask in the cloud's place, one query after the other, as the vendor's cloud would. */
export function planQuestions(notes: DeviceNotes, session: Session, now: EpochMs): readonly (readonly number[])[] {
  const groups = (["identity", "sensors", "outputs", "status"] as const).map(idsOf);
  const settings = asksForAllSettings(notes, session) ? [...writableIds, ...others] : writableIds;
  const wanted = (ids: readonly number[]): readonly number[] =>
    ids.filter((id) => !session.asked.has(id) && !isAbsent(notes, id, now));
  // What is open of a group goes as it stands: byte for byte for those that the cloud was seen to ask.
  const begun = groups.filter((ids) => ids.some((id) => !session.asked.has(id))).map((ids) => keepKnown(ids, session));
  return [...begun, ...inQueries(wanted(settings))];
}

/** A unit that is new here, has news, or was written to is read as a whole. */
export function asksForAllSettings(notes: DeviceNotes, { flagsBefore }: Session): boolean {
  const { flags, settingsRead } = notes;
  return !settingsRead || flags === undefined || flags < nothingNew || flags !== flagsBefore;
}

/** Writable settings without a known value or range: what nobody knows nobody can change. At most one query's worth. */
export function unknownSettings(notes: DeviceNotes, known: (key: string) => Value | undefined): readonly number[] {
  const hasNews = notes.flags !== undefined && notes.flags < nothingNew;
  // A ranged number without a value but with a range is not in use.
  const isUnknown = ({ key, type }: PropertyRow): boolean =>
    type === 0x08 ? known(key) === undefined || !notes.ranges.has(key) : (known(key) ?? null) === null;
  return writable
    .filter((row) => hasNews || (isUnknown(row) && !notes.absent.has(row.id)))
    .map(({ id }) => id)
    .slice(0, mostInQuery);
}

const others: readonly number[] = idsOf("settings").filter((id) => !writableIds.includes(id));

function keepKnown(ids: readonly number[], { asked }: Session): readonly number[] {
  return ids.some((id) => asked.has(id)) ? ids.filter((id) => !asked.has(id)) : ids;
}

function isAbsent({ absent }: DeviceNotes, id: number, now: EpochMs): boolean {
  const askedAt = absent.get(id);
  return askedAt !== undefined && now - askedAt < absentAgainMs;
}

function inQueries(ids: readonly number[]): readonly (readonly number[])[] {
  const count = Math.ceil(ids.length / mostInQuery);
  return Array.from({ length: count }, (_, index) => ids.slice(index * mostInQuery, (index + 1) * mostInQuery));
}
