import type { InterceptCounter } from "./interception.js";
import { isRecord, parseJson } from "./json.js";
import type { Family } from "./rules.js";

/** Name of the nftables counter of a relay's rule. */
export function counterName(relay: string, family: Family): string {
  return `relay_${relay}_v${family}`;
}

/** Comment of a relay's rule in iptables, by which its counter is found again. */
export function counterComment(relay: string): string {
  return `cloudtap relay ${relay}`;
}

/** Reads `nft -j list counters table inet cloudtap`; nothing of a text that is none. */
export function parseNftCounters(json: string): readonly InterceptCounter[] {
  const document = parseJson(json);
  const entries = isRecord(document) && Array.isArray(document.nftables) ? document.nftables : [];
  return entries.flatMap((entry: unknown) => {
    const counter = isRecord(entry) ? entry.counter : undefined;
    if (!isRecord(counter) || counter.table !== "cloudtap") return [];
    const [, relay, family] = /^relay_(.+)_v([46])$/.exec(String(counter.name)) ?? [];
    const { packets, bytes } = counter;
    if (relay === undefined || typeof packets !== "number" || typeof bytes !== "number") return [];
    return [{ relay, family: family === "4" ? 4 : 6, packets, bytes }];
  });
}

/** Reads what `iptables-save -c`, or for 6 `ip6tables-save -c`, writes. */
export function parseIptablesCounters(text: string, family: Family): readonly InterceptCounter[] {
  return text.split("\n").flatMap((line) => {
    const found = /^\[(\d+):(\d+)\] -A CLOUDTAP-RELAYS .*--comment "cloudtap relay ([a-z0-9_-]+)"/.exec(line);
    const [, packets, bytes, relay] = found ?? [];
    if (relay === undefined) return [];
    return [{ relay, family, packets: Number(packets), bytes: Number(bytes) }];
  });
}
