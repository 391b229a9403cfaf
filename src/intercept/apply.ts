import type { Finding } from "../model/finding.js";
import { CloudtapError } from "../runtime/errors.js";
import { clean, lift } from "./clean.js";
import { noteTables } from "./created-tables.js";
import { openDockerForward } from "./docker-user.js";
import type { Host } from "./host.js";
import { ensureRoutes } from "./host-routes.js";
import { prepareSettings } from "./host-settings.js";
import type { Journal } from "./journal.js";
import type { PacketFilter } from "./packet-filter.js";

/** What is wanted of the host, without any word of a tool. */
export interface ApplyDemand {
  readonly mode: "redirect" | "tproxy";
  readonly families: readonly (4 | 6)[];
  readonly devices: Readonly<Record<4 | 6, readonly string[]>>;
  readonly interface?: string;
  readonly mark: number;
  readonly table: number;
  /** True: settings that are in the way are changed. */
  readonly prepare: boolean;
}

/** What a look at the host says. */
export interface Prospect {
  readonly findings: readonly Finding[];
  /** Those findings that make it impossible or dangerous. */
  readonly obstacles: readonly Finding[];
  /** How the rules get into the kernel; undefined where there are obstacles. */
  readonly filter: PacketFilter | undefined;
}

export interface ApplyPorts {
  readonly host: Host;
  readonly journal: Journal;
  look(): Promise<Prospect>;
}

export interface Applied {
  readonly filter: PacketFilter;
  readonly findings: readonly Finding[];
  /** A sentence each. */
  readonly done: readonly string[];
  /** What was tried and did not work, though interception does. */
  readonly problems: readonly string[];
}

/**
 * Leads the devices here: settings of the host where that is allowed, routes, and the rules last, so that no packet is led
 * where nothing is ready. Twice is the same as once. What was done is taken back where a later step fails. Throws
 * CloudtapError INTERCEPT_FAILED.
 */
export async function apply(demand: ApplyDemand, ports: ApplyPorts): Promise<Applied> {
  const { host, journal } = ports;
  const { findings, obstacles, filter } = await ports.look();
  if (filter === undefined || obstacles.length > 0) throw refusal(obstacles);
  const untouched = (await journal.read()) === undefined;
  try {
    const prepared = demand.prepare ? await prepare(demand, ports) : { done: [], problems: [] };
    const routes = demand.mode === "tproxy" ? await ensureRoutes(host, demand) : [];
    if (filter.backend === "iptables") await noteTables(host, journal, demand);
    await filter.load();
    const done = [...prepared.done, ...routes, `loaded the rules with ${filter.backend}`];
    return { filter, findings, done, problems: prepared.problems };
  } catch (error) {
    filter.release();
    // Settings of an earlier start are not this one's to take back.
    if (untouched) await clean(host, journal);
    else await lift(host, journal);
    throw error;
  }
}

async function prepare(demand: ApplyDemand, { host, journal }: ApplyPorts) {
  const settings = await prepareSettings(host, journal, demand);
  const reports = [settings];
  for (const family of demand.families) {
    const devices = demand.devices[family];
    reports.push(await openDockerForward(host, { ...demand, family, devices }));
  }
  return { done: reports.flatMap(({ done }) => done), problems: reports.flatMap(({ problems }) => problems) };
}

function refusal(obstacles: readonly Finding[]): CloudtapError {
  const reasons = obstacles.map(({ found, remedy }) => (remedy === undefined ? found : `${found} ${remedy}`));
  return new CloudtapError("INTERCEPT_FAILED", reasons.join("; "), { checks: obstacles.map(({ check }) => check) });
}
