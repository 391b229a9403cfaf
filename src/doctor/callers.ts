import type { Bus, BusMessage } from "../model/ports.js";
import type { CloseReason, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";

/** Who called a relay, since the program started: one address. What it consists of can be written as JSON. */
export interface Caller {
  readonly relay: string;
  readonly address: string;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  /** Begun in all, and still open. */
  readonly sessions: number;
  readonly open: number;
  readonly lastSessionAt?: EpochMs;
  /** Of sessions that are over. */
  readonly bytesFromDevice: number;
  readonly bytesFromCloud: number;
  readonly lastClose?: CloseReason;
  /** TLS handshakes that failed in a row. */
  readonly tlsRefusals: number;
  /** TLS passes through unread; gone once something is decoded again. */
  readonly encrypted?: { readonly since: EpochMs; readonly target: string; readonly reason: string };
  readonly turnedAway?: { readonly count: number; readonly reason: string; readonly at: EpochMs };
  /** Where it was heading last before a gateway led it here. */
  readonly destination?: { readonly address: string; readonly port: number };
  /** Ids of devices that were decoded from it. */
  readonly devices: readonly string[];
  readonly decodedAt?: EpochMs;
}

export interface Callers {
  /** Heard longest ago first. */
  list(): readonly Caller[];
}

const callerLimit = 512;
const deviceLimit = 64;
const textLimit = 300;

/** Keeps who called which relay and how that went, for the doctor. Who was only turned away is forgotten first. */
export function createCallers(bus: Bus): Callers {
  const callers = new Map<string, Caller>();
  bus.subscribe("callers", (message) => {
    const change = changeOf(message);
    if (change === undefined) return;
    const { relay, address, at } = change;
    const key = JSON.stringify([relay, address]);
    const before = callers.get(key) ?? newcomer(relay, address, at);
    const { lastAt } = before;
    callers.delete(key);
    if (callers.size >= callerLimit) forgetOne(callers);
    callers.set(key, { ...change.apply(before), lastAt: Math.max(at, lastAt) as EpochMs });
  });
  return { list: () => [...callers.values()] };
}

interface Change {
  readonly relay: string;
  readonly address: string;
  readonly at: EpochMs;
  readonly apply: (caller: Caller) => Caller;
}

function changeOf(message: BusMessage): Change | undefined {
  switch (message.type) {
    case "session-opened":
      return changeBy(message.session, message.session.openedAt, (caller) => opened(caller, message.session));
    case "session-closed": {
      const { session, counters } = message;
      const at = (session.openedAt + counters.durationMs) as EpochMs;
      return changeBy(session, at, (caller) => closed(caller, message));
    }
    case "seen":
      return changeBy(message.session, message.at, (caller) => decoded(caller, message.device, message.at));
    case "encrypted":
      return changeBy(message.session, message.at, (caller) => unread(caller, message));
    case "turned-away": {
      const { relay, address, at, reason } = message;
      const apply = (caller: Caller): Caller => {
        const count = (caller.turnedAway?.count ?? 0) + 1;
        return { ...caller, turnedAway: { count, reason: shorten(reason), at } };
      };
      return { relay, address, at, apply };
    }
    default:
      return undefined;
  }
}

function changeBy({ relay, device }: SessionInfo, at: EpochMs, apply: Change["apply"]): Change {
  return { relay, address: device.remoteAddress, at, apply };
}

function newcomer(relay: string, address: string, at: EpochMs): Caller {
  const counts = { sessions: 0, open: 0, bytesFromDevice: 0, bytesFromCloud: 0, tlsRefusals: 0 };
  return { relay, address, firstAt: at, lastAt: at, ...counts, devices: [] };
}

function opened(caller: Caller, { openedAt, destination }: SessionInfo): Caller {
  const { sessions, open } = caller;
  const heading = destination === undefined ? {} : { destination };
  return { ...caller, sessions: sessions + 1, open: open + 1, lastSessionAt: openedAt, ...heading };
}

function closed(caller: Caller, { reason, counters }: BusMessage & { readonly type: "session-closed" }): Caller {
  const refused = reason.by === "device" && reason.how === "tls-failed";
  return {
    ...caller,
    open: Math.max(0, caller.open - 1),
    bytesFromDevice: caller.bytesFromDevice + counters.bytesFromDevice,
    bytesFromCloud: caller.bytesFromCloud + counters.bytesFromCloud,
    lastClose: { ...reason, detail: shorten(reason.detail) },
    tlsRefusals: caller.tlsRefusals + (refused ? 1 : 0),
  };
}

function decoded(caller: Caller, device: string, at: EpochMs): Caller {
  const { encrypted: _over, ...rest } = caller;
  const { devices } = caller;
  const known = devices.includes(device) || devices.length >= deviceLimit;
  return { ...rest, devices: known ? devices : [...devices, device], decodedAt: at, tlsRefusals: 0 };
}

function unread(caller: Caller, message: BusMessage & { readonly type: "encrypted" }): Caller {
  const since = message.splice?.since ?? caller.encrypted?.since ?? message.at;
  return { ...caller, encrypted: { since, target: message.target, reason: shorten(message.reason) } };
}

function forgetOne(callers: Map<string, Caller>): void {
  const [oldest] = callers.keys();
  const stranger = [...callers].find(([, { sessions }]) => sessions === 0)?.[0];
  const key = stranger ?? oldest;
  if (key !== undefined) callers.delete(key);
}

function shorten(text: string): string {
  return text.length <= textLimit ? text : `${text.slice(0, textLimit - 1)}…`;
}
