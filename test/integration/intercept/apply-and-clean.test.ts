import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ApplyDemand, type ApplyPorts, apply } from "../../../src/intercept/apply.js";
import { clean } from "../../../src/intercept/clean.js";
import { startGuard } from "../../../src/intercept/guard.js";
import type { Host } from "../../../src/intercept/host.js";
import { IptablesFilter } from "../../../src/intercept/iptables-filter.js";
import { createJournal } from "../../../src/intercept/journal.js";
import { createNftFilter } from "../../../src/intercept/nft-filter.js";
import type { InterceptOptions } from "../../../src/intercept/options.js";
import type { PacketFilter } from "../../../src/intercept/packet-filter.js";
import { createRules } from "../../../src/intercept/rules.js";
import { type IptablesVariant, namespaceHost } from "../../support/network/namespace-host.js";
import { addresses, Network } from "../../support/network/network.js";
import { describeWithNetworks } from "../../support/network/requirements.js";
import { furnish, hostState, plain } from "./host-state.js";

interface Way {
  readonly backend: "nft" | "iptables";
  readonly variant: IptablesVariant;
  readonly mode: "redirect" | "tproxy";
}

const ways: readonly Way[] = (["redirect", "tproxy"] as const).flatMap((mode) => [
  { backend: "nft", variant: "nft", mode },
  { backend: "iptables", variant: "nft", mode },
  { backend: "iptables", variant: "legacy", mode },
]);

const crash = "the machine lost its power";

describeWithNetworks("interception on a gateway that others use too", () => {
  let network: Network;
  let folder: string;
  let before: string;
  let filters: PacketFilter[];

  beforeEach(async () => {
    network = await Network.create();
    await furnish(network.gateway);
    folder = mkdtempSync(join(tmpdir(), "cloudtap-intercept-"));
    before = await hostState(network.gateway);
    filters = [];
  });

  afterEach(async () => {
    for (const filter of filters) filter.release();
    await network.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function set(
    way: Way,
    host: Host,
  ): { readonly demand: ApplyDemand; readonly ports: ApplyPorts; readonly filter: PacketFilter } {
    const rules = createRules(optionsOf(way));
    const filter =
      way.backend === "nft"
        ? createNftFilter(rules, host)
        : new IptablesFilter(rules, { host, hasRecent: true, startGuard: guardIn(network) });
    filters.push(filter);
    const ports = {
      host,
      journal: createJournal(folder),
      look: async () => ({ findings: [], obstacles: [], filter }),
    };
    return { demand: { ...rules, prepare: true }, ports, filter };
  }

  it.each(ways)("is gone without a trace after the clean-up: $mode, $backend ($variant)", async (way) => {
    const host = namespaceHost(network.gateway, way.variant);
    const { demand, ports, filter } = set(way, host);
    const { problems } = await apply(demand, ports);
    expect(problems).toEqual([]);
    const once = await hostState(network.gateway);
    expect(once).not.toBe(before);
    expect(plain(await filter.show())).toContain(way.backend === "nft" ? "devices4" : "CLOUDTAP-RELAYS");
    await apply(demand, ports);
    expect(await hostState(network.gateway)).toBe(once);
    expect(await filter.refresh()).toBe(true);
    expect((await clean(host, ports.journal)).left).toEqual([]);
    expect(await hostState(network.gateway)).toBe(before);
    expect(await filter.refresh()).toBe(false);
    expect(await clean(host, ports.journal)).toEqual({ removed: [], left: [] });
  });

  it.each(ways)(
    "is gone without a trace wherever a start was cut off: $mode, $backend ($variant)",
    async (way) => {
      const real = namespaceHost(network.gateway, way.variant);
      for (let steps = 0; ; steps += 1) {
        const { demand, ports } = set(way, dyingHost(real, steps));
        const outcome = await apply(demand, ports).then(
          () => "applied",
          (error: Error) => error.message,
        );
        expect((await clean(real, ports.journal)).left).toEqual([]);
        expect(await hostState(network.gateway)).toBe(before);
        if (outcome === "applied") break;
        expect(outcome).toContain(crash);
      }
    },
    300_000,
  );

  it.each(ways)("is taken back by itself when its last step fails: $mode, $backend ($variant)", async (way) => {
    const host = namespaceHost(network.gateway, way.variant);
    const { demand, ports, filter } = set(way, host);
    const load = async (): Promise<void> => {
      await filter.load();
      throw new Error("refused");
    };
    const failing: PacketFilter = {
      ...filter,
      backend: way.backend,
      lapses: true,
      load,
      release: () => filter.release(),
    };
    const look = async () => ({ findings: [], obstacles: [], filter: failing });
    await expect(apply(demand, { ...ports, look })).rejects.toThrow("refused");
    expect(await hostState(network.gateway)).toBe(before);
  });

  it("leaves no rules of the other tool behind when the tool changes", async () => {
    const host = namespaceHost(network.gateway);
    const [nft, iptables] = [
      set({ backend: "nft", variant: "nft", mode: "redirect" }, host),
      set({ backend: "iptables", variant: "nft", mode: "tproxy" }, host),
    ];
    await apply(nft.demand, nft.ports);
    await apply(iptables.demand, iptables.ports);
    expect((await clean(host, nft.ports.journal)).left).toEqual([]);
    expect(await hostState(network.gateway)).toBe(before);
  });
});

function optionsOf({ mode, backend }: Way): InterceptOptions {
  return {
    ...{ mode, backend, source: "bridge", prepare: true, interface: "lan0", mark: 1, table: 100 },
    devices: [addresses.device[4], addresses.device[6]],
    relays: [{ name: "deye", port: 10_000, destinationPorts: [10_000, 443] }],
  };
}

/** The guard belongs to the machine whose rules it removes. */
function guardIn(network: Network): typeof startGuard {
  return ({ commands, patienceS }) =>
    startGuard({
      patienceS,
      commands: commands.map((words) => ["ip", "netns", "exec", network.gateway.name, ...words]),
    });
}

/** A machine whose program is killed after so many changes: nothing that it does later happens any more. */
function dyingHost(host: Host, steps: number): Host {
  let left = steps;
  const live = (): void => {
    if (left === 0) throw new Error(crash);
    left -= 1;
  };
  return {
    ...host,
    commands: {
      async run(program, args, input) {
        if (changes(program, args)) live();
        else if (left === 0) throw new Error(crash);
        return host.commands.run(program, args, input);
      },
    },
    async write(path, text) {
      live();
      await host.write(path, text);
    },
  };
}

function changes(program: string, args: readonly string[]): boolean {
  return program.endsWith("-restore") || args[0] === "-f" || args.includes("add") || args.includes("del");
}
