import type { CapturePart } from "../../model/capture.js";
import type { EpochUs, LegNote } from "../../model/recording.js";
import { legInterfaces } from "../../wire/leg-interfaces.js";
import { encodeLegNote } from "../../wire/leg-note.js";
import { encodeInterface, encodeSecrets, encodeSectionHeader, encodeStatistics } from "../../wire/pcapng.js";
import type { CapturedLeg, CapturedSession, Moment } from "./moment.js";

export interface SectionOptions {
  readonly application: string;
  /** Why there is this capture. */
  readonly reason: string;
  readonly parts: ReadonlySet<CapturePart>;
  /** TLS secrets stand in blocks before the packets of their session. */
  readonly hasSecrets: boolean;
}

export const secretsWarning =
  "It holds all that device and cloud said to each other, secrets too. Anonymize it before you share it.";

/** One pcapng section, which is a file or a stream: what goes into it, in order. */
export class Section {
  readonly #options: SectionOptions;
  readonly #introduced = new Set<CapturedLeg>();
  readonly #opened = new Set<CapturedSession>();
  readonly #from: EpochUs;
  #to: EpochUs;
  readonly #captured: [number, number] = [0, 0];
  readonly #dropped: [number, number] = [0, 0];

  constructor(options: SectionOptions, startedAt: EpochUs) {
    this.#options = options;
    this.#from = startedAt;
    this.#to = startedAt;
  }

  get packets(): number {
    return this.#captured[0] + this.#captured[1];
  }

  /** As its end tells them. */
  get droppedPackets(): readonly [device: number, cloud: number] {
    return this.#dropped;
  }

  begin(): readonly Uint8Array[] {
    const { application, reason } = this.#options;
    return [
      encodeSectionHeader({ application, comments: [`Why: ${reason}`, secretsWarning] }),
      ...legInterfaces.map((each) => encodeInterface(each)),
    ];
  }

  /** The secrets that are to stand before a session's packets; empty where they do already. */
  secretsOf(session: CapturedSession): readonly Uint8Array[] {
    if (this.#opened.has(session)) return [];
    this.#opened.add(session);
    return session.secrets;
  }

  /** True: packets of the session stand in it, so that its further secrets belong there too. */
  holds(session: CapturedSession): boolean {
    return this.#opened.has(session);
  }

  packet(session: CapturedSession, { leg, packet, keptBytes }: Moment): readonly Uint8Array[] {
    const secrets = this.secretBlocks(this.secretsOf(session));
    const isFirst = !this.#introduced.has(leg);
    if (isFirst) this.#introduced.add(leg);
    const place = leg.leg.options.interface;
    this.#captured[place] += 1;
    if (packet.at > this.#to) this.#to = packet.at;
    const noted = isFirst && this.#options.parts.has("A");
    const shown = noted ? { ...packet, comments: [this.#note(session, leg), ...packet.comments] } : packet;
    return [...secrets, ...leg.leg.encode(shown, keptBytes)];
  }

  secretBlocks(lines: readonly Uint8Array[]): readonly Uint8Array[] {
    return this.#options.hasSecrets && lines.length > 0 ? [encodeSecrets(Buffer.concat(lines))] : [];
  }

  dropped({ leg }: Moment): void {
    this.#dropped[leg.leg.options.interface] += 1;
  }

  /** Packets that never were in any section are told at the end of this one. */
  droppedElsewhere([device, cloud]: readonly [device: number, cloud: number]): void {
    this.#dropped[0] += device;
    this.#dropped[1] += cloud;
  }

  /** Packets that were made did not get where they belong. */
  lost(counts: readonly [device: number, cloud: number]): void {
    for (const place of [0, 1] as const) {
      this.#captured[place] -= counts[place];
      this.#dropped[place] += counts[place];
    }
  }

  end(): readonly Uint8Array[] {
    if (!this.#options.parts.has("Z")) return [];
    return legInterfaces.map(({ name }, at) => {
      const captured = this.#captured[at] ?? 0;
      const dropped = this.#dropped[at] ?? 0;
      return encodeStatistics({
        ...{ interface: at, at: this.#to, from: this.#from, to: this.#to, received: captured + dropped, dropped },
        comments: [`${name}: ${captured} packets captured, ${dropped} dropped`],
      });
    });
  }

  #note({ info, devices }: CapturedSession, { opening, truePort }: CapturedLeg): string {
    const [device] = devices;
    const note: LegNote = {
      ...{ session: info.id, leg: opening.side, relay: info.relay, protocol: info.protocol },
      ...{ security: opening.security, reason: this.#options.reason },
      ...(truePort === undefined ? {} : { port: truePort }),
      ...(device === undefined ? {} : { device }),
    };
    return encodeLegNote(note);
  }
}
