import type { Books, Condition } from "./books.js";
import { eventCode, sleepingCode } from "./event-codes.js";
import type { EventElement } from "./report.js";
import type { LocalTime } from "./time-text.js";

const conditionLimit = 4096;
const youngS = 30 * 60;
const daylight = { fromHour: 6, toHour: 20 };

/** Open conditions of one inverter, its channels included. */
export interface OpenCondition extends Condition {
  readonly code: number;
}

/** In order of time; events of one second in order of their ids. */
export function compareEvents(a: EventElement, b: EventElement): number {
  return a.date - b.date || a.id - b.id;
}

/** State 2 opens, state 1 closes; the newest event of a code at a device decides. */
export function applyEvent(books: Books, event: EventElement): void {
  if (event.state !== 1 && event.state !== 2) return;
  const key = `${event.eqid.text} ${event.code}`;
  const before = books.conditions.get(key);
  if (before !== undefined && (before.at - event.date || before.id - event.id) > 0) return;
  // One that ended before it was sent names the event that ended it.
  const endedAlready = event.correlationId !== undefined && event.correlationId > event.id;
  if (before === undefined && books.conditions.size >= conditionLimit) forgetClosed(books);
  if (before === undefined && books.conditions.size >= conditionLimit) return;
  books.conditions.set(key, { at: event.date, id: event.id, open: event.state === 2 && !endedAlready });
}

export function openConditions(books: Books): ReadonlyMap<string, readonly OpenCondition[]> {
  const bySerial = new Map<string, OpenCondition[]>();
  for (const [key, condition] of books.conditions) {
    if (!condition.open) continue;
    const [eqid = "", code] = key.split(" ");
    const [serial = ""] = eqid.split(".");
    const open = bySerial.get(serial) ?? [];
    open.push({ ...condition, code: Number(code) });
    bySerial.set(serial, open);
  }
  return bySerial;
}

export function isSleeping(open: readonly OpenCondition[]): boolean {
  return open.some((condition) => condition.code === sleepingCode);
}

/** Grid instability is normal while an inverter wakes; other codes count at once, unknown ones too. */
export function hasProblem(open: readonly OpenCondition[], nowS: number, local: LocalTime): boolean {
  const hour = local.hour(nowS);
  const isDay = hour >= daylight.fromHour && hour < daylight.toHour && !isSleeping(open);
  return open.some(({ code, at }) => {
    const problem = eventCode(code)?.problem ?? "always";
    return problem === "always" || (problem === "when-old" && isDay && nowS - at > youngS);
  });
}

/** True where it counts as a problem only once it has been open for a while. */
export function isAgeing({ code }: OpenCondition): boolean {
  return eventCode(code)?.problem === "when-old";
}

function forgetClosed(books: Books): void {
  for (const [key, { open }] of books.conditions) if (!open) books.conditions.delete(key);
}
