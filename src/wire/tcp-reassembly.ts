import type { EpochUs, LegNote, RecordedEndpoint, RecordedEvent, RecordedLeg } from "../model/recording.js";
import type { Direction } from "../model/session.js";
import type { FoundSegment } from "./packet.js";
import { type StreamPart, TcpDirection } from "./tcp-direction.js";
import { tcpFlags } from "./tcp-packet.js";

/** A segment and what the capture tells of it. */
export interface CapturedSegment {
  readonly segment: FoundSegment;
  readonly at: EpochUs;
  readonly place: number;
  /** Keeps connections apart that have the same addresses and ports. */
  readonly scope: string;
  /** Who connected, where the capture tells. */
  readonly client: ClientEnd | undefined;
  readonly note: LegNote | undefined;
}

/** Which end of a segment connected. */
export type ClientEnd = "source" | "destination";

const limits = {
  connections: 10_000,
  /** Of all connections together, out of order. */
  pendingBytes: 64 * 1024 * 1024,
  /** What is further from a closed connection's streams than this belongs to a new one of the same ports. */
  strayBytes: 1024 * 1024,
} as const;

interface Side {
  readonly direction: Direction;
  readonly stream: TcpDirection;
  syn: number | undefined;
}

interface Connection {
  readonly key: string;
  readonly scope: string;
  leg: RecordedLeg;
  /** What the end that connected sent, and what it got. */
  readonly client: Side;
  readonly server: Side;
  /** What comes late of a connection that has closed must not look like a new one. */
  isClosed: boolean;
}

/** Makes the events of connections out of segments, in the order in which they were captured. Never throws. */
export class TcpReassembly {
  readonly #clientOf: (segment: FoundSegment) => ClientEnd;
  /** The longest idle first. */
  readonly #connections = new Map<string, Connection>();
  #latest: Connection | undefined;
  #opened = 0;
  #pendingBytes = 0;
  #lastAt = 0 as EpochUs;
  #lastPlace = 0;

  /** `clientOf`: asked where neither capture nor handshake tells. */
  constructor(clientOf: (segment: FoundSegment) => ClientEnd) {
    this.#clientOf = clientOf;
  }

  accept(captured: CapturedSegment): readonly RecordedEvent[] {
    this.#lastAt = captured.at;
    this.#lastPlace = captured.place;
    const events: RecordedEvent[] = [];
    const connection = this.#connectionOf(captured, events);
    if (connection === undefined || connection.isClosed) return events;
    const isFromClient = isSame(captured.segment.source, connection.leg.client);
    const from = isFromClient ? connection.client : connection.server;
    const to = isFromClient ? connection.server : connection.client;
    this.#noteHandshake(captured.segment, from, to);
    if ((captured.segment.flags & tcpFlags.rst) !== 0) this.#reset(connection, from, captured, events);
    else this.#pass(connection, { from, to }, captured, events);
    return events;
  }

  /** Nothing more follows: closes what is open. */
  end(): readonly RecordedEvent[] {
    const events: RecordedEvent[] = [];
    for (const connection of this.#connections.values()) this.#close(connection, events);
    this.#connections.clear();
    this.#latest = undefined;
    return events;
  }

  #connectionOf(captured: CapturedSegment, events: RecordedEvent[]): Connection | undefined {
    const { segment, note } = captured;
    // Most often a connection goes on that was the last to do so.
    const latest = isOf(this.#latest, captured) ? this.#latest : undefined;
    const key = latest?.key ?? keyOf(captured);
    const known = latest ?? this.#connections.get(key);
    if (known !== undefined && !startsAnew(known, captured)) {
      if (note !== undefined) this.#continue(known, note);
      if (known !== this.#latest) {
        this.#connections.delete(key);
        this.#connections.set(key, known);
        this.#latest = known;
      }
      return known;
    }
    if (!opens(captured)) return undefined;
    if (known !== undefined) this.#close(known, events);
    this.#connections.delete(key);
    const connection = this.#open(captured, key);
    const complete = (segment.flags & tcpFlags.syn) !== 0;
    events.push({ type: "opened", leg: connection.leg, at: captured.at, complete });
    this.#forget(events);
    return connection;
  }

  #open(captured: CapturedSegment, key: string): Connection {
    const { segment, note } = captured;
    const isClient = (captured.client ?? endOf(segment) ?? this.#clientOf(segment)) === "source";
    const [client, server] = isClient ? [segment.source, segment.destination] : [segment.destination, segment.source];
    this.#opened += 1;
    const leg = { id: `tcp-${this.#opened}`, client, server, ...(note === undefined ? {} : { note }) };
    const connection: Connection = {
      ...{ key, scope: captured.scope, leg, isClosed: false },
      client: { direction: "device-to-cloud", stream: new TcpDirection(), syn: undefined },
      server: { direction: "cloud-to-device", stream: new TcpDirection(), syn: undefined },
    };
    if (note !== undefined) this.#continue(connection, note);
    this.#connections.set(key, connection);
    this.#latest = connection;
    return connection;
  }

  /** Cloudtap notes a leg once in each file, which may begin in the middle of it, and writes its packets in order. */
  #continue(connection: Connection, note: LegNote): void {
    connection.leg = { ...connection.leg, note };
    connection.client.stream.expectOrder();
    connection.server.stream.expectOrder();
  }

  #noteHandshake(segment: FoundSegment, from: Side, to: Side): void {
    if ((segment.flags & tcpFlags.syn) === 0) return;
    from.syn ??= segment.sequence;
    from.stream.begin(segment.sequence);
    if ((segment.flags & tcpFlags.ack) === 0) return;
    // The answer tells the number of a SYN that was not captured.
    to.syn ??= (segment.acknowledgement - 1) >>> 0;
    to.stream.begin(to.syn);
  }

  #pass(
    connection: Connection,
    { from, to }: { readonly from: Side; readonly to: Side },
    captured: CapturedSegment,
    events: RecordedEvent[],
  ): void {
    const { segment, place } = captured;
    const isSyn = (segment.flags & tcpFlags.syn) !== 0;
    const before = from.stream.pendingBytes + to.stream.pendingBytes;
    const parts = from.stream.accept({
      sequence: isSyn ? (segment.sequence + 1) >>> 0 : segment.sequence,
      payload: segment.payload,
      missing: segment.missing,
      isFin: (segment.flags & tcpFlags.fin) !== 0,
      place,
    });
    this.#tell(connection, from, parts, events);
    if ((segment.flags & tcpFlags.ack) !== 0) to.stream.acknowledge(segment.acknowledgement);
    this.#tell(connection, from, from.stream.passed(), events);
    this.#tell(connection, to, to.stream.passed(), events);
    this.#pendingBytes += from.stream.pendingBytes + to.stream.pendingBytes - before;
    this.#keepWithinLimit(connection, from, events);
    if (from.stream.isEnded && to.stream.isEnded) this.#close(connection, events);
  }

  #keepWithinLimit(connection: Connection, side: Side, events: RecordedEvent[]): void {
    while (this.#pendingBytes > limits.pendingBytes && side.stream.pendingBytes > 0) {
      const before = side.stream.pendingBytes;
      this.#tell(connection, side, side.stream.giveUp(), events);
      this.#pendingBytes += side.stream.pendingBytes - before;
    }
  }

  #reset(connection: Connection, from: Side, { place, at }: CapturedSegment, events: RecordedEvent[]): void {
    this.#finish(connection, events);
    events.push({ type: "reset", leg: connection.leg, direction: from.direction, at, place });
    this.#close(connection, events);
  }

  /** What waits for bytes that will not come. */
  #finish(connection: Connection, events: RecordedEvent[]): void {
    for (const side of [connection.client, connection.server]) {
      this.#pendingBytes -= side.stream.pendingBytes;
      this.#tell(connection, side, side.stream.finish(this.#lastPlace), events);
    }
  }

  #close(connection: Connection, events: RecordedEvent[]): void {
    if (connection.isClosed) return;
    this.#finish(connection, events);
    connection.isClosed = true;
    events.push({ type: "closed", leg: connection.leg, at: this.#lastAt });
  }

  #forget(events: RecordedEvent[]): void {
    if (this.#connections.size <= limits.connections) return;
    const [idle] = this.#connections.values();
    if (idle === undefined) return;
    this.#connections.delete(idle.key);
    this.#close(idle, events);
  }

  #tell({ leg }: Connection, { direction }: Side, parts: readonly StreamPart[], events: RecordedEvent[]): void {
    const at = this.#lastAt;
    for (const part of parts) {
      const { type, place } = part;
      // Spread, each would take several times as long.
      if (type === "data") events.push({ type, leg, direction, bytes: part.bytes, at, place });
      else if (type === "lost") events.push({ type, leg, direction, bytes: part.bytes, at, place });
      else events.push({ type, leg, direction, at, place });
    }
  }
}

/** The same for both directions. */
function keyOf({ segment, scope }: CapturedSegment): string {
  const source = `${segment.source.address} ${segment.source.port}`;
  const destination = `${segment.destination.address} ${segment.destination.port}`;
  return source < destination ? `${scope}${source} ${destination}` : `${scope}${destination} ${source}`;
}

function isOf(connection: Connection | undefined, { segment, scope }: CapturedSegment): boolean {
  if (connection === undefined || connection.scope !== scope) return false;
  const { client, server } = connection.leg;
  if (isSame(segment.source, client)) return isSame(segment.destination, server);
  return isSame(segment.source, server) && isSame(segment.destination, client);
}

function isSame(one: RecordedEndpoint, other: RecordedEndpoint): boolean {
  return one.port === other.port && one.address === other.address;
}

function endOf({ flags }: FoundSegment): ClientEnd | undefined {
  if ((flags & tcpFlags.syn) === 0) return undefined;
  return (flags & tcpFlags.ack) === 0 ? "source" : "destination";
}

/** Bare acknowledgements and resets of what was not captured tell nothing. */
function opens({ segment, note }: CapturedSegment): boolean {
  if (note !== undefined || (segment.flags & tcpFlags.syn) !== 0) return true;
  if ((segment.flags & tcpFlags.rst) !== 0) return false;
  return segment.payload.length + segment.missing > 0 || (segment.flags & tcpFlags.fin) !== 0;
}

/** Whether the ports of a connection are used again. */
function startsAnew(known: Connection, { segment, note }: CapturedSegment): boolean {
  const { note: before } = known.leg;
  if (note !== undefined && (before?.session !== note.session || before.leg !== note.leg)) return true;
  const from = isSame(segment.source, known.leg.client) ? known.client : known.server;
  if ((segment.flags & tcpFlags.syn) !== 0) {
    // An answer before whose SYN nothing was seen from that end belongs to what is open.
    if (from.syn === undefined)
      return (segment.flags & tcpFlags.ack) === 0 || known.isClosed || known.client.syn === undefined;
    return from.syn !== segment.sequence;
  }
  if (!known.isClosed || segment.payload.length === 0 || (segment.flags & tcpFlags.rst) !== 0) return false;
  return Math.abs(from.stream.distance(segment.sequence)) > limits.strayBytes;
}
