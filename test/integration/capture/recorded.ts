import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { LegNote } from "../../../src/model/recording.js";
import { parseLegNote } from "../../../src/wire/leg-note.js";
import { type FollowedStream, follow, packetsOf, type ShownPacket } from "../../support/tshark.js";

/** One leg as Wireshark shows it. */
export interface RecordedLegShown {
  readonly file: string;
  /** Number of the connection in the file. */
  readonly stream: number;
  /** Name of the interface. */
  readonly link: string;
  readonly note: LegNote;
  /** Who sent the first packet, `address:port`, and to whom. */
  readonly client: string;
  readonly server: string;
  readonly packets: readonly ShownPacket[];
}

export const capturesIn = (folder: string): string => join(folder, "data", "captures");

/** The finished files of a capture folder, oldest first. */
export function finishedFiles(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".pcapng"));
  return names.toSorted().map((name) => join(folder, name));
}

/** The only file of a folder. */
export function onlyFile(folder: string): string {
  const [file, ...others] = finishedFiles(folder);
  if (file === undefined || others.length > 0) {
    throw new Error(`expected one file in ${folder}, found ${readdirSync(folder).join(", ") || "none"}`);
  }
  return file;
}

/** The legs of a file, in the order of their first packets. Throws where a leg has no note. */
export async function legsOf(file: string): Promise<readonly RecordedLegShown[]> {
  const streams = new Map<number, ShownPacket[]>();
  for (const packet of await packetsOf(file)) {
    const packets = streams.get(packet.stream);
    if (packets === undefined) streams.set(packet.stream, [packet]);
    else packets.push(packet);
  }
  return [...streams].map(([stream, packets]) => {
    const [first] = packets;
    const note = first?.comments.map(parseLegNote).find((found) => found !== undefined);
    if (first === undefined || note === undefined)
      throw new Error(`expected a note at connection ${stream} of ${file}`);
    return { file, stream, link: first.link, note, client: first.source, server: first.destination, packets };
  });
}

/** What passed on a leg; the client is who opened it. */
export async function streamsOf(leg: RecordedLegShown): Promise<FollowedStream> {
  const found = await follow(leg.file, leg.stream);
  if (found.client === leg.client) return found;
  return {
    ...{ client: found.server, server: found.client },
    ...{ fromClient: found.fromServer, fromServer: found.fromClient },
  };
}

/** How a leg ended: each FIN and RST in its order, such as `client FIN`. */
export function endingOf(leg: RecordedLegShown): readonly string[] {
  return leg.packets.flatMap(({ flags, source }) => {
    const who = source === leg.client ? "client" : "server";
    if (flags.includes("R")) return [`${who} RST`];
    return flags.includes("F") ? [`${who} FIN`] : [];
  });
}

/** Lines of all comments of a leg. */
export function commentsOf(leg: RecordedLegShown): readonly string[] {
  return leg.packets.flatMap(({ comments }) => comments.flatMap((comment) => comment.split("\n")));
}
