import { access, constants, stat } from "node:fs/promises";
import type { Ledger } from "../model/ports.js";
import type { Posting, Protocol } from "../model/protocol.js";
import type { RecordingItem } from "../model/recording.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import { DeviceLegs } from "./device-legs.js";
import { readRecordings } from "./read-recordings.js";
import { RecordedPostings } from "./recorded-postings.js";

export interface ImportPorts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly protocols: readonly Protocol[];
}

/** What one file brought. */
export interface ImportedFile {
  readonly file: string;
  readonly reports: number;
  /** Contributions that were counted now. */
  readonly added: number;
  /** And those that had been before. */
  readonly known: number;
  readonly energyWh: number;
  /** What could not be read, each with its place. */
  readonly faults: readonly string[];
}

/**
 * Enters recorded traffic into the books, in the order of the files, which may continue each other. Whatever stands in the books
 * already is not counted again, so it may be repeated after any end. Throws CloudtapError STORE_FAILED.
 */
export async function importRecordings(
  files: readonly string[],
  given: Protocol | undefined,
  ports: ImportPorts,
): Promise<readonly ImportedFile[]> {
  const results = new Map(files.map((file) => [file, emptyResult(file)]));
  const readable: string[] = [];
  for (const file of results.keys()) {
    const fault = await faultOf(file);
    if (fault === undefined) readable.push(file);
    else add(results, file, { faults: [fault] });
  }
  const { protocols, clock } = ports;
  const postings = new RecordedPostings({ protocols, ...(given === undefined ? {} : { given }) });
  const legs = new DeviceLegs();
  let last = "";
  for await (const { file, items } of readRecordings(readable, { protocols, now: () => clock.now() })) {
    last = file;
    for (const item of items) await enter(item, file);
  }
  for (const event of legs.end()) await post(postings.take(event), last);
  return [...results.values()];

  async function enter(item: RecordingItem, file: string): Promise<void> {
    const unreadBefore = postings.unreadSessions;
    if (item.type === "broken") add(results, file, { faults: [item.message] });
    else if (item.type !== "notice") for (const event of legs.take(item)) await post(postings.take(event), file);
    if (postings.unreadSessions > unreadBefore) add(results, file, { faults: [`${file}: ${unreadSession}`] });
  }

  async function post(found: readonly Posting[], file: string): Promise<void> {
    for (const posting of found) {
      const { counts } = await ports.ledger.post(posting, clock.now());
      add(results, file, { reports: 1, ...counts });
    }
  }
}

const unreadSession = "expected traffic that can be read, found a session of no known protocol, or encrypted";

function emptyResult(file: string): ImportedFile {
  return { file, reports: 0, added: 0, known: 0, energyWh: 0, faults: [] };
}

function add(results: Map<string, ImportedFile>, file: string, more: Partial<ImportedFile>): void {
  const { reports, added, known, energyWh, faults } = results.get(file) ?? emptyResult(file);
  results.set(file, {
    file,
    reports: reports + (more.reports ?? 0),
    added: added + (more.added ?? 0),
    known: known + (more.known ?? 0),
    energyWh: energyWh + (more.energyWh ?? 0),
    faults: more.faults === undefined ? faults : [...faults, ...more.faults],
  });
}

/** Undefined: it can be read. */
async function faultOf(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isFile()) return `${file}: expected a file`;
    await access(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
