import { describeError } from "../runtime/errors.js";
import { removeTables } from "./created-tables.js";
import { closeDockerForward } from "./docker-user.js";
import type { Host } from "./host.js";
import { describeResult } from "./host-commands.js";
import { removeRoutes } from "./host-routes.js";
import { restoreSettings } from "./host-settings.js";
import { removeChains } from "./iptables-chains.js";
import type { Journal } from "./journal.js";

/** A sentence each. */
export interface CleanReport {
  readonly removed: readonly string[];
  /** What is still there, and why. */
  readonly left: readonly string[];
}

interface Report {
  readonly removed: string[];
  readonly left: string[];
}

const table = "inet cloudtap";
const nothing: CleanReport = { removed: [], left: [] };

/**
 * Removes the rules, chains and routes of Cloudtap, whichever configuration they came from and however far a start got:
 * by their names and their tag. The devices reach their clouds directly then.
 */
export async function lift(host: Host, journal: Journal): Promise<CleanReport> {
  const report: Report = { removed: [], left: [] };
  await attempt(report, () => removeTable(host));
  await attempt(report, () => removeChains(host));
  await attempt(report, async () => ({ removed: await removeTables(host, journal), left: [] }));
  await attempt(report, async () => ({ removed: await removeRoutes(host), left: [] }));
  return report;
}

/**
 * The same, and puts back what was changed on the host for it. Apart from `lift`, because a device whose way leads through
 * this host needs its forwarding also while Cloudtap does not run.
 */
export async function clean(host: Host, journal: Journal): Promise<CleanReport> {
  const lifted = await lift(host, journal);
  const report = { removed: [...lifted.removed], left: [...lifted.left] };
  for (const family of [4, 6] as const) {
    await attempt(report, async () => asReport(await closeDockerForward(host, family)));
  }
  await attempt(report, async () => asReport(await restoreSettings(host, journal)));
  return report;
}

/** One part that fails must not keep the others from being removed. */
async function attempt(report: Report, part: () => Promise<CleanReport>): Promise<void> {
  try {
    const { removed, left } = await part();
    report.removed.push(...removed);
    report.left.push(...left);
  } catch (error) {
    report.left.push(describeError(error));
  }
}

async function removeTable(host: Host): Promise<CleanReport> {
  const { commands } = host;
  const tables = await commands.run("nft", ["list", "tables"]);
  if (tables.type === "missing") return nothing;
  if (tables.type === "failed") return { removed: [], left: [`whatever nftables has: ${describeResult(tables)}`] };
  if (!tables.stdout.split("\n").includes(`table ${table}`)) return nothing;
  const result = await commands.run("nft", ["delete", "table", ...table.split(" ")]);
  if (result.type === "done") return { removed: [`removed the nftables table ${table}`], left: [] };
  return { removed: [], left: [`the nftables table ${table}: ${describeResult(result)}`] };
}

function asReport(report: { readonly done: readonly string[]; readonly problems: readonly string[] }): CleanReport {
  return { removed: report.done, left: report.problems };
}
