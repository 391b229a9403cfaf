import type { DeviceEvent } from "../../model/event.js";
import type { EpochMs } from "../../model/time.js";
import type { JsonObject } from "../../model/value.js";
import { applyEvent, compareEvents } from "./conditions.js";
import { envoyId } from "./description.js";
import { idNotes } from "./energy.js";
import { type Entry, touchInverter } from "./entry.js";
import { eventCode } from "./event-codes.js";
import type { EventElement } from "./report.js";
import { isoTime } from "./time-text.js";

/** A backlog brings weeks of old events at once; automations must not run on history. */
const oldestFiredS = 3600;
const stateNames = ["momentary", "end", "begin"];

/** Changes conditions in the order in which things happened. Gives back what is new and happened lately, each once. */
export function takeEvents(entry: Entry): readonly DeviceEvent[] {
  const { books, report } = entry;
  const envoySerial = report.envoy.serialNum;
  const isNewId = idNotes(books.events);
  const fired: DeviceEvent[] = [];
  for (const event of report.events.toSorted(compareEvents)) {
    const serial = event.serialNum ?? event.eqid.serial;
    const isEnvoys = serial === envoySerial || event.eqid.serial === envoySerial;
    if (!isEnvoys && !touchInverter(entry, event.eqid.serial)) continue;
    if (!isNewId(event.id, event.date)) continue;
    entry.news += 1;
    applyEvent(books, event);
    if (isRecent(entry, event)) fired.push(describe(entry, event, isEnvoys));
  }
  return fired;
}

function isRecent({ now, clock }: Entry, { date }: EventElement): boolean {
  const ageS = now / 1000 - (date + clock.shiftS);
  return Math.abs(ageS) <= oldestFiredS;
}

function describe({ report, clock }: Entry, event: EventElement, isEnvoys: boolean): DeviceEvent {
  const row = eventCode(event.code);
  const attributes: JsonObject = {
    code: event.code,
    ...(row === undefined ? {} : { text: row.text }),
    state: stateNames[event.state] ?? String(event.state),
    eqid: event.eqid.text,
    event_date: isoTime(event.date),
    id: event.id,
    ...(event.correlationId === undefined ? {} : { correlation_id: event.correlationId }),
    ...(event.messageKey === undefined ? {} : { message_key: event.messageKey }),
    ...(event.params === undefined ? {} : { params: event.params }),
  };
  const type = row?.type ?? (isEnvoys ? "envoy" : "unknown");
  const at = ((event.date + clock.shiftS) * 1000) as EpochMs;
  return { device: envoyId(report.envoy.serialNum), type, at, attributes };
}
