import { formatIpAddress, parseIpAddress, withoutMapping } from "../wire/ip-address.js";
import type { KeyStream } from "./key-stream.js";

/** How an address is replaced. `kept`: it is everybody's and says nothing. */
export type AddressPlan =
  | { readonly type: "kept" }
  | { readonly type: "replaced"; readonly original: string; propose(stream: KeyStream): string };

/** Networks for examples (RFC 5737), and for lengths that none of them has: benchmarks, private, "this network". */
const exampleNetworks: Readonly<Record<number, readonly string[]>> = {
  7: ["0."],
  8: ["10."],
  9: ["192.0.2."],
  10: ["192.0.2."],
  11: ["192.0.2.", "203.0.113."],
  12: ["198.51.100.", "203.0.113."],
  13: ["198.51.100.", "203.0.113."],
  14: ["198.51.100."],
  15: ["198.51.100."],
};
const privateNetworks = ["192.168.", "10.", "169.254."];

/** Undefined: it is no address. */
export function planAddress(text: string): AddressPlan | undefined {
  const parsed = parseIpAddress(text);
  if (parsed === undefined) return undefined;
  const bytes = withoutMapping(parsed);
  return bytes.length === 4 ? planIpv4(bytes) : planIpv6(bytes);
}

function planIpv4(bytes: Uint8Array): AddressPlan {
  if (isEverybodysIpv4(bytes)) return { type: "kept" };
  const original = formatIpAddress(bytes);
  return { type: "replaced", original, propose: (stream) => proposeIpv4(original, bytes, stream) };
}

/** This host, loopback, multicast and broadcast, and masks of networks. */
function isEverybodysIpv4(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  if (first === 127 || first >= 224) return true;
  return first === 0 && second === 0 && third === 0 && fourth === 0;
}

function proposeIpv4(original: string, bytes: Uint8Array, stream: KeyStream): string {
  const network = privateNetworkOf(bytes);
  const choices = network === undefined ? (exampleNetworks[original.length] ?? ["0."]) : [network];
  const prefix = choices[stream.below(choices.length)] ?? "0.";
  const count = 5 - prefix.split(".").length;
  const digits = Math.min(original.length - prefix.length - (count - 1), 3 * count);
  return (
    prefix +
    octetLengths(digits, count)
      .map((length) => octet(length, stream))
      .join(".")
  );
}

function privateNetworkOf(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  const text = formatIpAddress(bytes);
  if (first === 172 && second >= 16 && second < 32) return `172.${second}.`;
  if (first === 100 && second >= 64 && second < 128) return `100.${second}.`;
  return privateNetworks.find((prefix) => text.startsWith(prefix));
}

/** `digits` spread over `count` numbers of one to three digits, the longest last. */
function octetLengths(digits: number, count: number): readonly number[] {
  const lengths: number[] = [];
  let left = digits;
  for (let index = count; index > 0; index -= 1) {
    const length = Math.max(1, Math.floor(left / index));
    lengths.push(length);
    left -= length;
  }
  return lengths;
}

function octet(length: number, stream: KeyStream): string {
  if (length === 1) return String(1 + stream.below(9));
  return String(length === 2 ? 10 + stream.below(90) : 100 + stream.below(155));
}

function planIpv6(bytes: Uint8Array): AddressPlan {
  const original = formatIpAddress(bytes);
  const isLoopback = bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1;
  if (isLoopback || bytes[0] === 0xff) return { type: "kept" };
  return { type: "replaced", original, propose: (stream) => proposeIpv6(original.length, bytes, stream) };
}

/** The network for examples (RFC 3849), or the same kind of local one; a shorter one where that would be longer than the original. */
function proposeIpv6(length: number, bytes: Uint8Array, stream: KeyStream): string {
  const isLinkLocal = bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
  const isUniqueLocal = ((bytes[0] ?? 0) & 0xfe) === 0xfc;
  const wanted = isLinkLocal ? "fe80::" : isUniqueLocal ? "fd00::" : "2001:db8::";
  const prefix = [wanted, "fd::", "::"].find((one) => one.length < length) ?? "::";
  const groups: string[] = [];
  let room = length - prefix.length;
  while (room > 0 && groups.length < 4) {
    const digits = Math.min(4, room);
    groups.push((16 ** (digits - 1) + stream.below(15 * 16 ** (digits - 1))).toString(16));
    room -= digits + 1;
  }
  return prefix + groups.join(":");
}
