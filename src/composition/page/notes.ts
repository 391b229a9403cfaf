import type { Configuration } from "../../config/configuration.js";
import type { DeviceHub } from "../../devices/device-hub.js";
import type { Bus } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { TrafficObserver } from "../../model/traffic.js";
import { createDisclosure, type Disclosure } from "../../monitoring/disclosure.js";
import { createEnergyDays, type EnergyDays } from "../../monitoring/energy-days.js";
import { createEventLog, type EventLog } from "../../monitoring/event-log.js";
import { createFrameLog, type FrameLog } from "../../monitoring/frame-log.js";
import { createHistory, type History } from "../../monitoring/history.js";
import { LocalDays } from "../../monitoring/local-days.js";
import { createSessionList, type SessionList } from "../../monitoring/session-list.js";
import { liveProtocolByName } from "../../protocols/live-registry.js";
import type { Clock } from "../../runtime/clock.js";
import type { Part } from "../../runtime/lifecycle.js";
import type { Logger } from "../../runtime/log.js";
import { createOffsets, localDay } from "../../runtime/time-zone.js";
import type { Database } from "../../store/database.js";
import { createDocumentStore } from "../../store/document-store.js";
import { createEnergyStore } from "../../store/energy-store.js";
import { createHistoryStore } from "../../store/history-store.js";

export interface NotesPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly database: Database;
  readonly hub: Pick<DeviceHub, "find">;
}

/** What is noted of all that passes, for the page. */
export interface PageNotes {
  readonly sessions: SessionList;
  readonly frames: FrameLog;
  readonly events: EventLog;
  readonly disclosure: Disclosure;
  /** Absent where no history is kept. */
  readonly past?: { readonly history: History; readonly energy: EnergyDays };
  /** To be told what passes. */
  readonly traffic: readonly TrafficObserver[];
  /** To be started before sessions begin, and stopped after they have ended. */
  readonly parts: readonly Part[];
}

/** Before sessions begin and devices are restored: they are learned from the bus. */
export function createNotes(configuration: Configuration, historyMs: number, ports: NotesPorts): PageNotes {
  const { bus, clock, database } = ports;
  const log = ports.log.child({ part: "page" });
  const offsetMinutes = createOffsets(configuration.timezone);
  const days = new LocalDays((at) => localDay(at, offsetMinutes));
  const dayOf = (at: EpochMs): string => days.of(at);
  const sessions = createSessionList({ bus, clock, log });
  const disclosure = createDisclosure({
    ...{ bus, clock, dayOf, store: createDocumentStore(database, "disclosure", log) },
    upstreamOf: (relay) => upstreamOf(configuration, relay),
  });
  const past = historyMs === 0 ? undefined : createPast(historyMs, { ...ports, log, dayOf });
  return {
    ...{ sessions, disclosure, traffic: [sessions, disclosure] },
    frames: createFrameLog({ bus, clock, log }),
    events: createEventLog({ bus, clock }),
    ...(past === undefined ? {} : { past }),
    parts: [disclosure, ...(past === undefined ? [] : [past.history, past.energy])],
  };
}

function createPast(
  keepMs: number,
  { bus, clock, log, database, hub, dayOf }: NotesPorts & { readonly dayOf: (at: EpochMs) => string },
): NonNullable<PageNotes["past"]> {
  return {
    history: createHistory({
      ...{ bus, clock, log, keepMs, store: createHistoryStore(database, log) },
      intervalS: (device) => hub.find(device)?.intervalS,
    }),
    energy: createEnergyDays({ bus, clock, log, dayOf, store: createEnergyStore(database, log) }),
  };
}

/** Where a relay's cloud is by name; undefined where each device decides. */
function upstreamOf({ relays }: Configuration, name: string) {
  const relay = relays.find((one) => one.name === name);
  if (relay === undefined || relay.upstream === "original") return undefined;
  return relay.upstream === "vendor" ? liveProtocolByName(relay.protocol)?.defaults.upstream : relay.upstream;
}
