/** A packet-filter rule of somebody else, in the words of the tool that lists it. */
export interface ForeignRule {
  /** `nft` table and chain, or `iptables` table and chain. */
  readonly place: string;
  readonly text: string;
}

/** Reads `nft list ruleset`; Cloudtap's own table and chains are left out. */
export function readNftRules(listing: string): readonly ForeignRule[] {
  const found: ForeignRule[] = [];
  let table = "";
  let chain = "";
  for (const line of listing.split("\n")) {
    const text = line.trim();
    const [, named] = /^table (\S+ \S+) \{$/.exec(text) ?? [];
    if (named !== undefined) {
      table = named;
      chain = "";
    }
    const [, inner] = /^chain (\S+) \{$/.exec(text) ?? [];
    if (inner !== undefined) chain = inner;
    else if (text === "}") chain = "";
    // What iptables made for Cloudtap shows here too.
    else if (chain !== "" && table !== "inet cloudtap" && !chain.startsWith("CLOUDTAP"))
      found.push({ place: `nft table ${table}, chain ${chain}`, text });
  }
  return found;
}

/** Reads `iptables-save`; Cloudtap's own chains, and what leads to them, are left out. */
export function readIptablesRules(saved: string, tool: string): readonly ForeignRule[] {
  const found: ForeignRule[] = [];
  let table = "";
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) table = line.slice(1);
    const [, chain] = /^-A (\S+) /.exec(line) ?? [];
    if (chain === undefined || chain.startsWith("CLOUDTAP") || / -j CLOUDTAP\b/.test(line)) continue;
    found.push({ place: `${tool} table ${table}, chain ${chain}`, text: line });
  }
  return found;
}

/** True where the rule gives packets this very mark. */
export function setsMark({ text }: ForeignRule, mark: number): boolean {
  const set = /(?:meta mark set|--set-x?mark|--tproxy-mark) (0x[0-9a-f]+|\d+)/i.exec(text)?.[1];
  return set !== undefined && Number(set) === mark;
}

/** True where the rule leads TCP connections to this port of clouds somewhere else. */
export function leadsElsewhere({ place, text }: ForeignRule, port: number): boolean {
  // Docker's chain is asked for packets to this host only; what leaves this host is no device's.
  if (/chain (?:DOCKER|OUTPUT|POSTROUTING|output|postrouting)\b/.test(place)) return false;
  if (/--dst-type LOCAL|fib daddr type local/.test(text)) return false;
  if (!/-j (?:REDIRECT|DNAT|TPROXY)\b|\b(?:redirect|dnat|tproxy)\b/.test(text)) return false;
  if (/-p udp|\budp dport\b|ip protocol udp/.test(text)) return false;
  const [, one, many] = /\bdports? (?:\{ ([^}]*) \}|(\S+))/.exec(text) ?? [];
  const ports = one ?? many;
  if (ports === undefined) return true;
  return ports.split(/,\s*/).some((range) => {
    const [from = 0, to = from] = range.split(/[-:]/).map(Number);
    return port >= from && port <= to;
  });
}
