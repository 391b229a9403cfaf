import { CloudtapError } from "../runtime/errors.js";
import { parseNftCounters } from "./counters.js";
import type { Host } from "./host.js";
import { describeResult } from "./host-commands.js";
import { renderNftRefresh, renderNftTable } from "./nftables.js";
import type { PacketFilter } from "./packet-filter.js";
import type { RuleSet } from "./rules.js";

const table = ["table", "inet", "cloudtap"];
/** What `nft` says of a table or set that is not there. */
const absent = "No such file or directory";

/** The rules by nftables: elements that time out make them lapse without anybody's help. */
export function createNftFilter(rules: RuleSet, host: Host): PacketFilter {
  const { commands } = host;
  return {
    backend: "nft",
    lapses: true,
    async load() {
      const result = await commands.run("nft", ["-f", "-"], renderNftTable(rules));
      if (result.type !== "done") throw refused("nft refuses the rules", describeResult(result));
    },
    async refresh() {
      const result = await commands.run("nft", ["-f", "-"], renderNftRefresh(rules));
      if (result.type === "done") return true;
      if (result.type === "failed" && result.stderr.includes(absent)) return false;
      throw refused("nft does not refresh the rules", describeResult(result));
    },
    async counters() {
      const result = await commands.run("nft", ["-j", "list", "counters", ...table]);
      return result.type === "done" ? parseNftCounters(result.stdout) : [];
    },
    async show() {
      const result = await commands.run("nft", ["list", ...table]);
      return result.type === "done" ? result.stdout : `${describeResult(result)}\n`;
    },
    // The kernel itself watches.
    release: () => undefined,
  };
}

function refused(what: string, why: string): CloudtapError {
  return new CloudtapError("INTERCEPT_FAILED", `${what}: ${why}`);
}
