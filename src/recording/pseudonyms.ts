import type { Pseudonyms } from "../model/pseudonyms.js";
import { parseIpAddress } from "../wire/ip-address.js";
import { KeyStream } from "./key-stream.js";
import { Originals } from "./originals.js";
import { planAddress } from "./stand-in-address.js";
import { lowered, standInText, withCaseOf } from "./stand-in-text.js";

/** How many different originals of a kind were replaced. */
export interface ReplacedCounts {
  readonly serials: number;
  readonly macs: number;
  readonly addresses: number;
  readonly names: number;
  readonly places: number;
}

type Kind = keyof ReplacedCounts | "passages";

const highestU32 = 0xffff_ffff;
/** So many digits of a number are enough not to be found by chance. */
const leastSoughtNumber = 1_000_000;
const leastSoughtSerial = 6;
/** A stand-in that is taken already, or is the original, is not used; with very short ones there may be no other. */
const mostTries = 256;
const nowhere = "0.0";

/** Stand-ins that follow from `key`, 32 secret bytes that nobody keeps. */
export class KeyedPseudonyms implements Pseudonyms {
  readonly #key: Uint8Array;
  readonly #standIns = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #seen: Readonly<Record<Kind, Set<string>>> = {
    ...{ serials: new Set(), macs: new Set(), addresses: new Set() },
    ...{ names: new Set(), places: new Set(), passages: new Set() },
  };
  readonly #originals = new Originals();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  get counts(): ReplacedCounts {
    const { serials, macs, addresses, names, places } = this.#seen;
    return {
      ...{ serials: serials.size, macs: macs.size, addresses: addresses.size },
      ...{ names: names.size, places: places.size },
    };
  }

  serial(text: string): string {
    const [, before = "", base = text, channel = ""] = /^(\s*)(.{2,}?)([.-]\d{1,2}|\s+)?$/s.exec(text) ?? [];
    if (/^[\s0]*$/.test(base)) return text;
    const folded = lowered(base);
    if (this.#seen.macs.has(folded)) return before + this.mac(base) + channel;
    const isNew = !this.#seen.serials.has(folded);
    const standIn = this.#standIn("serials", folded, (stream) => fitting(folded, standInText(folded, stream)));
    if (isNew) this.#seek(folded, standIn);
    return before + withCaseOf(base, standIn) + channel;
  }

  number(value: number, most: number): number {
    if (value === 0 || value === most) return value;
    const standIn = Number(this.serial(String(value)));
    if (standIn <= most) return standIn;
    const digits = String(value);
    return Number(this.#standIn("serials", `${most} ${digits}`, (stream) => within(most, digits, stream)));
  }

  mac(text: string): string {
    const digits = text.replaceAll(/%3a|[^0-9a-f]/gi, "");
    if (digits.length !== 12) return this.serial(text);
    const standIn = Buffer.from(this.macBytes(Buffer.from(digits, "hex"))).toString("hex");
    let at = 0;
    const replaced = text.replaceAll(/%3a|[0-9a-f]/gi, (found) => (found.length > 1 ? found : standIn.charAt(at++)));
    return /[A-F]/.test(digits) ? replaced.toUpperCase() : replaced;
  }

  macBytes(bytes: Uint8Array): Uint8Array {
    if (bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff)) return bytes;
    const original = Buffer.from(bytes).toString("hex");
    const isNew = !this.#seen.macs.has(original);
    const standIn = Buffer.from(this.#standIn("macs", original, proposeMac), "hex");
    if (isNew) this.#seekMac(original, standIn);
    return standIn;
  }

  address(text: string): string {
    const plan = planAddress(text);
    if (plan === undefined) return this.name(text);
    if (plan.type === "kept") return text;
    const standIn = this.#standIn("addresses", plan.original, plan.propose);
    this.#originals.addText(plan.original, standIn, "address");
    const [written = ""] = text.split("%");
    if (lowered(written) !== plan.original && parseIpAddress(written)?.length === 16) {
      this.#originals.addText(written, standIn, "address");
    }
    return /:.*\./.test(written) ? `::ffff:${standIn}` : standIn;
  }

  name(text: string): string {
    const standIn = this.#nameFor("names", text);
    if (this.#seen.names.has(lowered(text))) {
      this.#originals.addText(text, standIn, "word");
      const asUtf8 = Buffer.from(text, "utf8").toString("latin1");
      if (asUtf8 !== text) this.#originals.addText(asUtf8, this.#nameFor("passages", asUtf8), "word");
    }
    return standIn;
  }

  passage(text: string): string {
    return this.#nameFor("passages", text);
  }

  place(text: string): string {
    if (!/[1-9]/.test(text)) return text;
    this.#seen.places.add(text);
    this.#originals.addText(text, nowhere.padEnd(text.length, "0"), "address");
    return nowhere;
  }

  scrub(bytes: Uint8Array): Uint8Array {
    return this.#originals.replace(bytes);
  }

  #nameFor(kind: "names" | "passages", text: string): string {
    const folded = lowered(text);
    if (!/[0-9a-z\u0080-\uffff]/.test(folded)) return text;
    const known = this.#standIns.get(`serials ${folded}`);
    if (known !== undefined) return withCaseOf(text, known);
    this.#seen[kind].add(folded);
    return withCaseOf(
      text,
      this.#standIn("passages", folded, (stream) => standInText(folded, stream)),
    );
  }

  #standIn(kind: Kind, original: string, propose: (stream: KeyStream) => string): string {
    const label = `${kind} ${original}`;
    const known = this.#standIns.get(label);
    if (known !== undefined) return known;
    this.#seen[kind].add(original);
    const stream = new KeyStream(this.#key, label);
    let standIn = propose(stream);
    for (let tries = 1; tries < mostTries && !this.#isFree(kind, original, standIn); tries += 1) {
      standIn = propose(stream);
    }
    this.#standIns.set(label, standIn);
    this.#taken.add(`${kind} ${standIn}`);
    return standIn;
  }

  #isFree(kind: Kind, original: string, standIn: string): boolean {
    return standIn !== original && !this.#taken.has(`${kind} ${standIn}`) && !this.#seen[kind].has(standIn);
  }

  #seek(original: string, standIn: string): void {
    if (original.length < leastSoughtSerial) return;
    this.#originals.addText(original, standIn, "none");
    if (original.length >= 8 && original.length % 2 === 0) {
      this.#originals.addText(swapped(original), swapped(standIn), "none");
    }
    const value = /^[1-9]\d*$/.test(original) ? Number(original) : 0;
    if (value < leastSoughtNumber || value > highestU32 || Number(standIn) > highestU32) return;
    this.#originals.addBytes(u32be(value), u32be(Number(standIn)));
    this.#originals.addBytes(u32be(value).toReversed(), u32be(Number(standIn)).toReversed());
  }

  #seekMac(original: string, standIn: Uint8Array): void {
    const pairs = (hex: string): string => (hex.match(/../g) ?? []).join(":");
    const other = Buffer.from(standIn).toString("hex");
    this.#originals.addBytes(Buffer.from(original, "hex"), standIn);
    this.#originals.addBytes(Buffer.from(original, "hex").toReversed(), standIn.toReversed());
    for (const separator of ["", ":", "-", "%3a"]) {
      const write = (hex: string): string => pairs(hex).replaceAll(":", separator);
      this.#originals.addText(write(original), write(other), "none");
    }
  }
}

/** A number of up to 32 bits must stay one, as it may stand there as number as well. */
function fitting(original: string, proposed: string): string {
  const isNumber = /^\d{10}$/.test(original) && Number(original) <= highestU32;
  return isNumber && Number(proposed) > highestU32
    ? `${1 + (Number(proposed.charAt(0)) % 3)}${proposed.slice(1)}`
    : proposed;
}

function within(most: number, digits: string, stream: KeyStream): string {
  const least = 10 ** (digits.length - 1);
  return String(least + stream.below(Math.max(1, Math.min(most, 10 * least - 1) - least + 1)));
}

/** Locally administered, of one device. */
function proposeMac(stream: KeyStream): string {
  return Array.from({ length: 6 }, (_, index) => (index === 0 ? 2 : stream.below(256)))
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** As text looks in registers whose bytes come the other way round. */
function swapped(text: string): string {
  return text.replaceAll(/(.)(.)/gs, "$2$1");
}

function u32be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
