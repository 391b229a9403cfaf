import type { CapturePart } from "../../model/capture.js";
import type { DeviceId } from "../../model/device.js";
import type { EpochUs } from "../../model/recording.js";
import type { SessionId, SessionInfo } from "../../model/session.js";
import type { LegOpening, SessionTraffic, TrafficObserver } from "../../model/traffic.js";
import type { Guard } from "../../runtime/guard.js";
import { PayloadSums } from "../../wire/payload-sums.js";
import { LegRecord } from "./leg-record.js";
import type { Moment } from "./moment.js";
import type { CapturedProtocol } from "./options.js";
import { Ring } from "./ring.js";
import { SessionRecord, type SessionRecordPorts } from "./session-record.js";
import type { Take } from "./take.js";

export interface RecorderPorts {
  readonly parts: ReadonlySet<CapturePart>;
  readonly wantsSecrets: boolean;
  now(): EpochUs;
  protocol(name: string): CapturedProtocol | undefined;
  /** The captures that go on. */
  takes(): readonly Take[];
  /** True: somebody may want the beginning of this session later. */
  keepsBeginning(info: SessionInfo): boolean;
  closed(session: SessionRecord): void;
  /** Fault barrier of what happens on its own account. */
  readonly guard: Guard;
}

const ringLimits = { sessionBytes: 256 * 1024, totalBytes: 16 * 1024 * 1024 };
/** What may come in one turn of the event loop before it is handed on all the same. */
const pendingLimitBytes = 4 * 1024 * 1024;

interface Pending {
  readonly session: SessionRecord;
  readonly moment: Moment;
}

/**
 * The sessions and what passes on them. Packets are handed to the captures once per turn of the event loop, for what is decoded of
 * them in the same turn stands beside them.
 */
export class Recorder implements TrafficObserver {
  readonly #ports: RecorderPorts;
  readonly #sessionPorts: SessionRecordPorts;
  readonly #ring = new Ring(ringLimits);
  readonly #sums = new PayloadSums();
  readonly #sessions = new Map<SessionId, SessionRecord>();
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #isFlushDue = false;
  #legs = 0;

  constructor(ports: RecorderPorts) {
    this.#ports = ports;
    this.#sessionPorts = {
      wantsSecrets: ports.wantsSecrets,
      notesEnd: ports.parts.has("H"),
      createLeg: (session, opening) => this.#createLeg(session, opening),
      moment: (session, moment) => this.#push(session, moment),
      secret: (session, line) => {
        for (const take of session.takes) take.output.secret(session, line);
      },
      closed: (session) => this.#closed(session),
    };
  }

  find(id: SessionId): SessionRecord | undefined {
    return this.#sessions.get(id);
  }

  opened(info: SessionInfo): SessionTraffic {
    const session = new SessionRecord(info, this.#sessionPorts);
    this.#sessions.set(info.id, session);
    this.#join(session, this.#ports.takes());
    return session;
  }

  /** The session has shown whose it is. */
  named(session: SessionRecord, device: DeviceId): void {
    if (session.devices.has(device)) return;
    session.addDevice(device);
    this.#join(session, this.#ports.takes());
  }

  /** A capture has begun: sessions that are its own join it, with what is kept of their beginning. */
  begun(take: Take): void {
    for (const session of this.#sessions.values()) this.#join(session, [take]);
  }

  /** A capture is over. The sessions that it held. */
  ended(take: Take): readonly SessionRecord[] {
    for (const session of this.#sessions.values()) if (session.takes.has(take)) session.letGo();
    this.flush();
    return [...this.#sessions.values()].filter((session) => session.takes.delete(take));
  }

  /** Nobody needs beginnings any more. */
  forgetBeginnings(): void {
    this.#ring.clear();
  }

  /** Hands on what has come. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    for (const { session, moment } of pending) {
      if (session.takes.size > 0) for (const take of session.takes) take.write(session, moment);
      else if (this.#ports.keepsBeginning(session.info)) this.#ring.push(session, moment);
    }
    this.#sums.forget();
  }

  /** Captures that want the session, and do not have it yet, get what is kept of its beginning. */
  #join(session: SessionRecord, takes: readonly Take[]): void {
    const joining = takes.filter((take) => take.wants(session) && !session.takes.has(take));
    if (joining.length === 0) return;
    const beginning = this.#ring.take(session);
    for (const take of joining) {
      for (const moment of beginning) take.write(session, moment);
      session.takes.add(take);
    }
  }

  #createLeg(session: SessionRecord, opening: LegOpening): LegRecord {
    const { protocol, parts, now, keepsBeginning } = this.#ports;
    const { info } = session;
    this.#legs += 1;
    return new LegRecord({
      ...{ opening, parts, sums: this.#sums, number: this.#legs, now },
      destination: info.destination,
      protocol: protocol(info.protocol),
      isWanted: () => session.takes.size > 0 || keepsBeginning(info),
      take: (moment) => session.take(moment),
    });
  }

  #push(session: SessionRecord, moment: Moment): void {
    this.#pending.push({ session, moment });
    this.#pendingBytes += moment.packet.payload.length;
    if (this.#pendingBytes > pendingLimitBytes) this.flush();
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#ports.guard.run(() => this.flush());
    });
  }

  /** Late answers may follow; they go to the captures that have the session already. */
  #closed(session: SessionRecord): void {
    this.#sessions.delete(session.info.id);
    this.flush();
    this.#ring.take(session);
    this.#ports.closed(session);
  }
}
