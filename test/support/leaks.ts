import { inflateSync } from "node:zlib";
import type { RecordedTurn } from "./recorded-sessions.js";

/** What tells whose device it is, found without any code of the program: as patterns of bytes. */
export interface Original {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Everything in recorded traffic of a protocol that a copy to be shared must not hold. */
export function originalsIn(protocol: string, turns: readonly RecordedTurn[]): readonly Original[] {
  const all = turns.flatMap(({ bytes }) => {
    if (protocol === "solarman") return solarmanOriginals(bytes);
    return protocol === "websentry" ? websentryOriginals(bytes) : envoyOriginals(bytes);
  });
  return [...new Map(all.map((one) => [one.what, one])).values()];
}

/** The originals that occur in `bytes`, as they are or inside what is deflated, in either case. */
export function leaksIn(bytes: Uint8Array, originals: readonly Original[]): readonly string[] {
  const places = withInflated(bytes);
  return originals
    .filter((original) =>
      places.some((place) => place.includes(Buffer.from(original.bytes)) || includesText(place, original.bytes)),
    )
    .map(({ what }) => what);
}

/** The bytes, and every zlib stream in them, inflated; and these with `%XX` decoded. */
export function withInflated(bytes: Uint8Array): readonly Buffer[] {
  const plain = Buffer.from(bytes);
  const inflated: Buffer[] = [];
  for (let at = plain.indexOf(0x78); at >= 0; at = plain.indexOf(0x78, at + 1)) {
    try {
      inflated.push(inflateSync(plain.subarray(at)));
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
  const decoded = [plain, ...inflated].map((one) =>
    Buffer.from(
      one
        .toString("latin1")
        .replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
      "latin1",
    ),
  );
  return [plain, ...inflated, ...decoded];
}

function includesText(place: Buffer, bytes: Uint8Array): boolean {
  return place.toString("latin1").toLowerCase().includes(Buffer.from(bytes).toString("latin1").toLowerCase());
}

function text(found: string): Original {
  return { what: `text ${found}`, bytes: Buffer.from(found, "latin1") };
}

function number(value: number): readonly Original[] {
  const [big, little] = [Buffer.alloc(4), Buffer.alloc(4)];
  big.writeUInt32BE(value);
  little.writeUInt32LE(value);
  return [
    text(String(value)),
    { what: `${value} big endian`, bytes: big },
    { what: `${value} little endian`, bytes: little },
  ];
}

function mac(bytes: Uint8Array): readonly Original[] {
  const hex = Buffer.from(bytes).toString("hex");
  const pairs = hex.match(/../g) ?? [];
  return [{ what: `MAC ${hex}`, bytes }, text(hex), text(pairs.join(":")), text(pairs.join("-"))];
}

function solarmanOriginals(bytes: Uint8Array): readonly Original[] {
  const buffer = Buffer.from(bytes);
  const found: Original[] = [];
  for (let at = 0; at + 13 <= buffer.length; at += 13 + buffer.readUInt16LE(at + 1)) {
    const serial = buffer.readUInt32LE(at + 7);
    if (serial !== 0) found.push(...number(serial));
    if (buffer[at + 4] === 0x41) found.push(...mac(buffer.subarray(at + 70, at + 76)));
  }
  const words =
    buffer
      .toString("latin1")
      .match(/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|110[0-9A-Z]{12}|1115C231211A0111|(?<!\d)2[35]\d{8}/g) ?? [];
  return [...found, ...words.map(text)];
}

function websentryOriginals(bytes: Uint8Array): readonly Original[] {
  const buffer = Buffer.from(bytes);
  const found: Original[] = [];
  const at = (id: string): number => buffer.indexOf(Buffer.from(id, "hex"));
  if (at("04010d") > 0) found.push(...mac(buffer.subarray(at("04010d") + 3, at("04010d") + 9)));
  if (at("010312") > 0) found.push(...number(buffer.readUInt32BE(at("010312") + 3)));
  for (const id of ["04020c", "04040c", "04050c", "20030c"]) {
    if (at(id) < 0) continue;
    const address = buffer.subarray(at(id) + 3, at(id) + 7);
    found.push(text(address.join(".")), {
      what: `${id} ${address.join(".")}`,
      bytes: buffer.subarray(at(id) + 2, at(id) + 7),
    });
  }
  return found;
}

function envoyOriginals(bytes: Uint8Array): readonly Original[] {
  const documents = withInflated(bytes).map((one) => one.toString("latin1"));
  const pattern = /(?:serial_num|eqid|mac_addr|ip_addr|latitude|longitude)\s*=\s*["']([^"']+)["']/g;
  const values = documents.flatMap((one) => [...one.matchAll(pattern)].map(([, value = ""]) => value));
  return values
    .filter((value) => /[1-9]/.test(value))
    .map((value) => text(value.replace(/\.\d$/, value.length > 12 ? "" : "$&")));
}
