import type { EpochUs, LegNote, RecordedEndpoint } from "../model/recording.js";
import { legInterfaces } from "../wire/leg-interfaces.js";
import { encodeLegNote } from "../wire/leg-note.js";
import { encodeInterface, encodeSectionHeader, encodeStatistics } from "../wire/pcapng.js";
import { type LegPacket, SyntheticLeg } from "../wire/synthetic-leg.js";
import type { CopiedEvent } from "./leg-copy.js";

/** A leg as it is to stand in the file. */
export interface WrittenLeg {
  readonly client: RecordedEndpoint;
  readonly server: RecordedEndpoint;
  readonly note: LegNote;
  /** Its beginning is known, so that there is a handshake. */
  readonly complete: boolean;
}

interface OpenLeg {
  readonly leg: SyntheticLeg;
  readonly interface: 0 | 1;
  /** For its first packet. */
  comments: readonly string[];
}

/** Makes a pcapng file with packets out of streams, block by block. */
export class PacketWriter {
  readonly #application: string;
  readonly #comment: string;
  readonly #open = new Map<string, OpenLeg>();
  readonly #packets: [number, number] = [0, 0];
  #legs = 0;
  #from: EpochUs | undefined;
  #to = 0 as EpochUs;

  /** `comment` stands at the head of the file. */
  constructor(application: string, comment: string) {
    this.#application = application;
    this.#comment = comment;
  }

  begin(): readonly Uint8Array[] {
    const header = encodeSectionHeader({ application: this.#application, comments: [this.#comment] });
    return [header, ...legInterfaces.map((one) => encodeInterface(one))];
  }

  /** `id` names the leg until it is closed; `remarks` follow its note. */
  opened(id: string, leg: WrittenLeg, at: EpochUs, remarks: readonly string[] = []): readonly Uint8Array[] {
    const { client, server, note, complete } = leg;
    this.#legs += 1;
    const side = note.leg === "device" ? 0 : 1;
    const synthetic = new SyntheticLeg({ client, server, interface: side, number: this.#legs });
    const open: OpenLeg = { leg: synthetic, interface: side, comments: [encodeLegNote(note), ...remarks] };
    this.#open.set(id, open);
    return complete ? this.#encode(open, synthetic.open(at)) : [];
  }

  take(id: string, event: CopiedEvent): readonly Uint8Array[] {
    const open = this.#open.get(id);
    if (open === undefined) return [];
    const { leg } = open;
    const from = event.direction === "device-to-cloud" ? "client" : "server";
    switch (event.type) {
      case "data":
        return this.#encode(open, leg.data(from, event.bytes, event.at));
      case "left-out":
        return this.#encode(open, leg.data(from, new Uint8Array(event.bytes), event.at), 0);
      case "lost":
        leg.skip(from, event.bytes);
        return [];
      case "ended":
        return this.#encode(open, leg.finish(from, event.at));
      case "reset":
        return this.#encode(open, [leg.reset(from, event.at)]);
    }
  }

  closed(id: string): void {
    this.#open.delete(id);
  }

  /** What stands behind the last packet. */
  end(): readonly Uint8Array[] {
    const [from, to] = [this.#from ?? this.#to, this.#to];
    return this.#packets.map((received, side) =>
      encodeStatistics({ interface: side, at: to, from, to, received, dropped: 0, comments: [] }),
    );
  }

  /** `keptBytes`: so much of each payload is written. */
  #encode(open: OpenLeg, packets: readonly LegPacket[], keptBytes?: number): readonly Uint8Array[] {
    return packets.flatMap((packet) => {
      this.#packets[open.interface] += 1;
      this.#from ??= packet.at;
      if (packet.at > this.#to) this.#to = packet.at;
      packet.comments.push(...open.comments);
      open.comments = [];
      return open.leg.encode(packet, keptBytes);
    });
  }
}
