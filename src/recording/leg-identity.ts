import type { Pseudonyms } from "../model/pseudonyms.js";
import type { LegNote, RecordedEndpoint, RecordedLeg } from "../model/recording.js";
import { disguiseWord } from "../wire/disguise.js";
import type { LegVerdict } from "./leg-protocol.js";
import type { WrittenLeg } from "./packet-writer.js";

/** Networks for examples (RFC 5737): of recordings that tell no addresses. */
const unknownClient = { address: "192.0.2.1", port: 49_152 };
const unknownServer = "192.0.2.2";

/** Who a leg is between, under other names. Ports stay: they belong to a protocol. */
export function anonymousLeg(
  leg: RecordedLeg,
  verdict: LegVerdict,
  pseudonyms: Pseudonyms,
): Omit<WrittenLeg, "complete"> {
  const port = verdict.type === "known" ? verdict.protocol.defaults.dissectorPort : 443;
  return {
    client: endpoint(leg.client, unknownClient, pseudonyms),
    server: endpoint(leg.server, { address: unknownServer, port }, pseudonyms),
    note: leg.note === undefined ? newNote(leg, verdict, pseudonyms) : anonymousNote(leg.note, pseudonyms),
  };
}

function endpoint(found: RecordedEndpoint, preset: RecordedEndpoint, pseudonyms: Pseudonyms): RecordedEndpoint {
  return found.address === "" ? preset : { address: pseudonyms.address(found.address), port: found.port };
}

/** So that who reads the copy need not guess what the recording's own kind, or the user, has told. */
function newNote(leg: RecordedLeg, verdict: LegVerdict, pseudonyms: Pseudonyms): LegNote {
  const protocol = verdict.type === "known" ? verdict.protocol.name : "raw";
  const security = verdict.type === "tls" ? "splice" : "plain";
  const session = pseudonyms.passage(leg.id.replaceAll(/[^\w.-]+/g, "-"));
  return { session, leg: "device", relay: "recording", protocol, security, reason: "anonymized copy" };
}

function anonymousNote(note: LegNote, pseudonyms: Pseudonyms): LegNote {
  const { device } = note;
  return {
    ...note,
    session: pseudonyms.passage(note.session),
    relay: withoutOriginals(note.relay, pseudonyms),
    reason: withoutOriginals(note.reason, pseudonyms),
    ...(device === undefined ? {} : { device: anonymousDevice(device, pseudonyms) }),
  };
}

/** `solarman_2712345678`: what follows the protocol's name is a serial number or a MAC address. */
function anonymousDevice(device: string, pseudonyms: Pseudonyms): string {
  const at = device.lastIndexOf("_") + 1;
  const serial = device.slice(at);
  return device.slice(0, at) + (disguiseWord(serial, pseudonyms) ?? pseudonyms.serial(serial));
}

function withoutOriginals(text: string, pseudonyms: Pseudonyms): string {
  const words = text.replaceAll(/[\w.:-]+/g, (word) => {
    const device = /^([a-z]+(?:_[a-z]+)*_)(.+)$/.exec(word);
    const standIn = disguiseWord(device?.[2] ?? word, pseudonyms);
    return standIn === undefined ? word : (device?.[1] ?? "") + standIn;
  });
  return Buffer.from(pseudonyms.scrub(Buffer.from(words, "utf8"))).toString("utf8");
}
