import { describeError } from "../runtime/errors.js";
import type { Host, HostIdentity } from "./host.js";
import type { Journal, JournalContent } from "./journal.js";
import { planSettings, readSettings, type SettingChange, type SettingsDemand } from "./settings.js";

/** What was done, a sentence each; `problems` are those that did not work. */
export interface SettingsReport {
  readonly done: readonly string[];
  readonly problems: readonly string[];
}

const nothing: SettingsReport = { done: [], problems: [] };

/**
 * Changes the settings that are in the way. Each is on disk in the journal before it is changed; what an earlier process
 * noted stays noted as it was before that one.
 */
export async function prepareSettings(host: Host, journal: Journal, demand: SettingsDemand): Promise<SettingsReport> {
  const plan = planSettings(demand, await readSettings(host));
  if (plan.length === 0) return nothing;
  const identity = await host.identity();
  if (identity === undefined) return { done: [], problems: ["the system does not say which boot this is"] };
  const noted = await current(journal, identity);
  await journal.write({ ...identity, settings: merge(noted.settings, plan), tables: noted.tables });
  const report: { done: string[]; problems: string[] } = { done: [], problems: [] };
  for (const change of plan.filter(({ written }) => written)) {
    try {
      await host.write(pathOf(change), `${change.set}\n`);
      report.done.push(`set ${nameOf(change)} from ${change.before} to ${change.set}`);
    } catch (error) {
      report.problems.push(`${nameOf(change)} stays ${change.before}: ${describeError(error)}`);
    }
  }
  return report;
}

/** Puts back what the journal says, where nobody has changed it since; what may not be written stays noted. */
export async function restoreSettings(host: Host, journal: Journal): Promise<SettingsReport> {
  const content = await journal.read();
  if (content === undefined) {
    await journal.remove();
    return nothing;
  }
  if (!isOf(content, await host.identity())) {
    await journal.remove();
    return { done: [], problems: ["settings noted in another boot or another container were left as they are"] };
  }
  const { stuck, ...report } = await putBack(host, content.settings.toReversed());
  if (stuck.length === 0) await journal.remove();
  else await journal.write({ ...content, settings: stuck.toReversed() });
  return report;
}

interface PutBack extends SettingsReport {
  /** What may not be written. */
  readonly stuck: readonly SettingChange[];
}

/** All are looked at first: putting one back changes others. */
async function putBack(host: Host, changes: readonly SettingChange[]): Promise<PutBack> {
  const values = await Promise.all(changes.map((change) => host.read(pathOf(change))));
  const report: { done: string[]; problems: string[]; stuck: SettingChange[] } = { done: [], problems: [], stuck: [] };
  for (const [index, change] of changes.entries()) {
    const value = values[index];
    // Its interface is gone, or it was noted and then never changed.
    if (value === undefined || (change.written && value === change.before)) continue;
    if (value !== change.set) {
      report.problems.push(`${nameOf(change)} is ${value}, not ${change.set} as it was left: it stays`);
      continue;
    }
    try {
      await host.write(pathOf(change), `${change.before}\n`);
      if (change.written) report.done.push(`set ${nameOf(change)} back to ${change.before}`);
    } catch (error) {
      report.stuck.push(change);
      report.problems.push(`${nameOf(change)} could not be set back to ${change.before}: ${describeError(error)}`);
    }
  }
  return report;
}

async function current(journal: Journal, identity: HostIdentity): Promise<JournalContent> {
  const content = await journal.read();
  return content !== undefined && isOf(content, identity) ? content : { ...identity, settings: [], tables: [] };
}

/** A setting that is noted already keeps its first value, unless somebody put it back meanwhile. */
function merge(noted: readonly SettingChange[], plan: readonly SettingChange[]): readonly SettingChange[] {
  const planned = new Set(plan.map(({ key }) => key));
  return [...noted.filter(({ key }) => !planned.has(key)), ...plan];
}

function isOf(content: JournalContent, identity: HostIdentity | undefined): boolean {
  return content.boot === identity?.boot && content.namespace === identity.namespace;
}

function pathOf({ key }: SettingChange): string {
  return `/proc/sys/${key}`;
}

/** As `sysctl` writes it; a dot in an interface's name is a slash there. */
function nameOf({ key }: SettingChange): string {
  return key
    .split("/")
    .map((part) => part.replaceAll(".", "/"))
    .join(".");
}
