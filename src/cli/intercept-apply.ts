import { mkdir } from "node:fs/promises";
import type { Configuration } from "../config/configuration.js";
import { interceptionOf } from "../config/interception.js";
import { type Applied, apply } from "../intercept/apply.js";
import { createInterception } from "../intercept/create-interception.js";
import { createHost } from "../intercept/host.js";
import { showRoutes } from "../intercept/host-routes.js";
import type { Interception } from "../intercept/interception.js";
import { createJournal } from "../intercept/journal.js";
import type { InterceptOptions } from "../intercept/options.js";
import { demandOf, lookAtHost } from "../intercept/prospect.js";
import { lifetimeS } from "../intercept/rules.js";
import type { Finding } from "../model/finding.js";
import { createLogger } from "../runtime/log.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

/**
 * `cloudtap intercept apply`: leads the devices here, until the rules lapse or, with `--hold`, until it is ended. Throws
 * CloudtapError INTERCEPT_FAILED.
 */
export async function applyInterception(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const led = interceptionOf(configuration);
  if (led === undefined) {
    context.out.write("Nothing is applied: intercept.mode is none.\n");
    return 0;
  }
  const options = { ...led, backend: backendOf(given) ?? led.backend };
  await mkdir(configuration.dataDir, { recursive: true });
  if (given.options.has("hold")) return hold(await createHolder(options, configuration, context), context);
  const host = createHost();
  const journal = createJournal(configuration.dataDir);
  const applied = await apply(demandOf(options), { host, journal, look: () => lookAtHost(options, host) });
  context.out.write(describeApplied(applied));
  if (given.options.has("verbose")) context.out.write(`\n${await applied.filter.show()}${await showRoutes(host)}`);
  // Else its guard removes the rules when this process ends, which is in a moment.
  if (applied.filter.lapses) applied.filter.release();
  context.out.write(`\n${describeLifetime(applied)}\n`);
  return 0;
}

/** Refreshes until SIGINT or SIGTERM, then lifts. Exit code 1 where the devices are not led here then. */
export async function hold(interception: Interception, context: CommandContext): Promise<number> {
  const interrupted = context.interruption();
  await interception.start();
  if (interception.status().state === "failed") {
    await interception.stop();
    return 1;
  }
  if (!interrupted.aborted) await interruptionOf(interrupted);
  await interception.stop();
  return 0;
}

/** The clock's timers let a process end; this one is wanted until it is told. */
function interruptionOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stay = setInterval(() => undefined, 1_000_000);
    signal.addEventListener("abort", () => {
      clearInterval(stay);
      resolve();
    });
  });
}

/** What was found in the way, and what was done. */
export function describeApplied({ findings, done, problems }: Applied): string {
  const found = findings.filter(({ state }) => state === "problem").map(describeFinding);
  const lines = [...found, ...problems.map((problem) => `not done: ${problem}`), ...done];
  return `${lines.join("\n")}\n`;
}

/** How long it lasts. */
export function describeLifetime({ filter }: Pick<Applied, "filter">): string {
  if (!filter.lapses) {
    return "The kernel cannot end these rules by itself, so they are removed as this command ends: use --hold to keep them.";
  }
  return `The rules end by themselves after ${lifetimeS} seconds, unless a running Cloudtap refreshes them, or --hold does so here.`;
}

function describeFinding({ found, remedy }: Finding): string {
  return remedy === undefined ? `in the way: ${found}` : `in the way: ${found} ${remedy}`;
}

async function createHolder(
  options: InterceptOptions,
  { dataDir, log }: Configuration,
  { clock, terminal }: CommandContext,
): Promise<Interception> {
  return createInterception(options, { clock, log: await createLogger(log.level, terminal), dataDir });
}

function backendOf(given: Arguments): "nft" | "iptables" | undefined {
  const word = optionOf(given, "backend");
  if (word === undefined || word === "nft" || word === "iptables") return word;
  throw usageError(`--backend: expected nft or iptables, found ${word}`, "intercept");
}
