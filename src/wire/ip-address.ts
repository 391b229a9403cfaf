/** Bytes of an IPv4 (4) or IPv6 (16) address in network order; a scope (`%eth0`) is left out. Undefined: it is neither. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  const [address = ""] = text.split("%");
  return address.includes(":") ? parseIpv6(address) : parseIpv4(address);
}

/** As people write it; IPv6 in the shortest form (RFC 5952). Bytes of another length than 4 or 16 give an empty text. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return "";
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  const { from, length } = longestZeroRun(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, from).join(":")}::${groups.slice(from + length).join(":")}`;
}

/** An IPv4 address that was written as IPv6 (`::ffff:192.0.2.1`) becomes IPv4 again; others stay. */
export function withoutMapping(bytes: Uint8Array): Uint8Array {
  const isMapped =
    bytes.length === 16 &&
    bytes.subarray(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff;
  return isMapped ? bytes.subarray(12) : bytes;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map(groupsOf);
  if (front === undefined) return undefined;
  if (halves.length === 1) return front.length === 16 ? Uint8Array.from(front) : undefined;
  if (back === undefined || front.length + back.length > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(front, 0);
  bytes.set(back, 16 - back.length);
  return bytes;
}

/** Undefined: a group is none. The last may be an IPv4 address. */
function groupsOf(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [at, group] of groups.entries()) {
    const embedded = at === groups.length - 1 && group.includes(".") ? parseIpv4(group) : undefined;
    if (embedded !== undefined) bytes.push(...embedded);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}

function longestZeroRun(groups: readonly string[]): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === "0" ? length + 1 : 0;
    if (length > best.length) best = { from: at + 1 - length, length };
  }
  return best;
}
