import { CloudtapError } from "../runtime/errors.js";
import { parseIptablesCounters } from "./counters.js";
import type { Guard, GuardOptions } from "./guard.js";
import type { Host } from "./host.js";
import { describeResult } from "./host-commands.js";
import { hasIptablesJump, iptablesCleanCommands, iptablesHeartbeat, renderIptables, tableOf } from "./iptables.js";
import { findOwnChains } from "./iptables-chains.js";
import type { PacketFilter } from "./packet-filter.js";
import { type Family, lifetimeS, type RuleSet } from "./rules.js";

export interface IptablesFilterPorts {
  readonly host: Host;
  /** The kernel knows `-m recent`. */
  readonly hasRecent: boolean;
  readonly startGuard: (options: GuardOptions) => Guard;
}

/** The rules by iptables, which knows no timeouts: a list of the kernel where there is one, and a guard in any case. */
export class IptablesFilter implements PacketFilter {
  readonly backend = "iptables";
  readonly #rules: RuleSet;
  readonly #ports: IptablesFilterPorts;
  #guard: Guard | undefined;
  #hasRecent: boolean;

  constructor(rules: RuleSet, ports: IptablesFilterPorts) {
    this.#rules = rules;
    this.#ports = ports;
    this.#hasRecent = ports.hasRecent;
  }

  get lapses(): boolean {
    return this.#hasRecent;
  }

  async load(): Promise<void> {
    // Before the first rule, so that none is ever without it.
    this.#watch();
    await this.#restore();
    if (await this.#renew()) return;
    // The kernel has that list, but only root may write to it.
    this.#hasRecent = false;
    await this.#restore();
  }

  async refresh(): Promise<boolean> {
    for (const family of this.#rules.families) {
      const saved = await this.#save(family);
      if (!hasIptablesJump(saved) || findOwnChains(saved).every(({ chains }) => chains.length < 2)) return false;
    }
    if (!(await this.#renew())) return false;
    this.#watch();
    return true;
  }

  async counters() {
    const { commands } = this.#ports.host;
    const found = this.#rules.families.map(async (family) => {
      const result = await commands.run(`${toolOf(family)}-save`, ["-c", "-t", tableOf(this.#rules)]);
      return result.type === "done" ? parseIptablesCounters(result.stdout, family) : [];
    });
    return (await Promise.all(found)).flat();
  }

  async show(): Promise<string> {
    const saved = await Promise.all(this.#rules.families.map((family) => this.#save(family)));
    return saved.join("");
  }

  release(): void {
    this.#guard?.dismiss();
    this.#guard = undefined;
  }

  #watch(): void {
    if (this.#guard?.alive !== true) {
      const commands = this.#rules.families.flatMap((family) => iptablesCleanCommands(family));
      this.#guard = this.#ports.startGuard({ commands, patienceS: lifetimeS });
    }
    this.#guard.beat();
  }

  async #restore(): Promise<void> {
    const { commands } = this.#ports.host;
    for (const family of this.#rules.families) {
      const facts = { hasRecent: this.#hasRecent, hasJump: hasIptablesJump(await this.#save(family)) };
      for (const { table, text } of renderIptables(this.#rules, family, facts)) {
        const tool = `${toolOf(family)}-restore`;
        const result = await commands.run(tool, ["--noflush", "-w", "5"], text);
        if (result.type === "done") continue;
        throw new CloudtapError("INTERCEPT_FAILED", `${tool} refuses the ${table} rules: ${describeResult(result)}`);
      }
    }
  }

  /** False where the kernel's list may not be written. */
  async #renew(): Promise<boolean> {
    if (!this.#hasRecent) return true;
    try {
      for (const family of this.#rules.families) {
        const { path, line } = iptablesHeartbeat(family);
        await this.#ports.host.write(path, `${line}\n`);
      }
      return true;
    } catch {
      return false;
    }
  }

  async #save(family: Family): Promise<string> {
    const result = await this.#ports.host.commands.run(`${toolOf(family)}-save`, ["-t", tableOf(this.#rules)]);
    return result.type === "done" ? result.stdout : "";
  }
}

function toolOf(family: Family): string {
  return family === 4 ? "iptables" : "ip6tables";
}
