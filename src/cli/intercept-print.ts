import { interceptionOf } from "../config/interception.js";
import { chooseBackend } from "../intercept/backend.js";
import { createHost, type Host } from "../intercept/host.js";
import { type HostFacts, readHostFacts } from "../intercept/host-facts.js";
import { findHostProblems } from "../intercept/host-findings.js";
import type { InterceptOptions } from "../intercept/options.js";
import { renderPlain, renderPrintout } from "../intercept/print.js";
import { createRules } from "../intercept/rules.js";
import { sysctlCommand } from "../intercept/setting-findings.js";
import { planSettings } from "../intercept/settings.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const switchedOff = `Nothing is intercepted: intercept.mode is none.
To lead devices here on a host that routes for them, set intercept.mode to redirect or tproxy and list the devices'
addresses in intercept.devices. docs/interception.md tells which way suits which network.
`;

/** `cloudtap intercept print`: what interception would do on this host, or on any. Changes nothing, needs no rights. */
export async function printInterception(given: Arguments, context: CommandContext): Promise<number> {
  const backend = backendOf(given);
  const { configuration } = await loadSources(given, context);
  const led = interceptionOf(configuration);
  if (led === undefined) {
    context.out.write(given.options.has("plain") ? "" : switchedOff);
    return 0;
  }
  const options = { ...led, backend: backend ?? led.backend };
  context.out.write(await describeInterception(options, createHost(), given.options.has("plain")));
  return 0;
}

/** The text for a host. Where it has neither tool, the rules are those of nftables. */
export async function describeInterception(options: InterceptOptions, host: Host, plain: boolean): Promise<string> {
  const rules = createRules(options);
  const facts = await readHostFacts(host, rules);
  const printout = {
    options,
    backend: printedBackend(options, facts),
    settings: planSettings(rules, facts.settings)
      .filter(({ written }) => written)
      .map(sysctlCommand),
    hasRecent: facts.kernel.xt_recent !== false,
  };
  if (plain) return renderPlain(printout);
  return renderPrintout({ ...printout, findings: findHostProblems(options, facts) });
}

function printedBackend(options: InterceptOptions, facts: HostFacts): "nft" | "iptables" {
  if (options.backend !== "auto") return options.backend;
  return chooseBackend(options, createRules(options), facts).backend ?? "nft";
}

function backendOf(given: Arguments): "nft" | "iptables" | undefined {
  const word = optionOf(given, "backend");
  if (word === undefined || word === "nft" || word === "iptables") return word;
  throw usageError(`--backend: expected nft or iptables, found ${word}`, "intercept");
}
