import { constants } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "../runtime/system-errors.js";
import type { HostIdentity } from "./host.js";
import { isRecord, parseJson } from "./json.js";
import { isKnownSetting, type SettingChange } from "./settings.js";

/** What was changed on the host, so that a later process can put it back. */
export interface JournalContent extends HostIdentity {
  /** In the order in which they were made. */
  readonly settings: readonly SettingChange[];
  /** Tables of nftables that were not there. */
  readonly tables: readonly string[];
}

export interface Journal {
  readonly path: string;
  /** Undefined where nothing was changed, or nothing can be read that makes sense. */
  read(): Promise<JournalContent | undefined>;
  /** On disk when it resolves: what it says is done only then. */
  write(content: JournalContent): Promise<void>;
  remove(): Promise<void>;
}

const fileName = "intercept.json";
const version = 1;
const table = /^ip6? (?:nat|mangle)$/;
const value = /^-?\d{1,4}$/;

/** The journal in a data directory. */
export function createJournal(dataDir: string): Journal {
  const path = join(dataDir, fileName);
  return {
    path,
    async read() {
      const text = await ifThere(readFile(path, "utf8"));
      return text === undefined ? undefined : parseJournal(text);
    },
    write: (content) => replaceFile(path, `${JSON.stringify({ version, ...content }, undefined, 2)}\n`),
    remove: () => rm(path, { force: true }),
  };
}

/** Undefined for a text that Cloudtap did not write; of one that it did, only settings that it changes are taken. */
export function parseJournal(text: string): JournalContent | undefined {
  const document = parseJson(text);
  if (!isRecord(document) || document.version !== version) return undefined;
  const { boot, namespace, settings, tables } = document;
  if (typeof boot !== "string" || typeof namespace !== "string" || !Array.isArray(settings)) return undefined;
  return { boot, namespace, settings: settings.flatMap(readChange), tables: readTables(tables) };
}

function readTables(names: unknown): readonly string[] {
  const texts = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  return texts.filter((name) => table.test(name));
}

function readChange(entry: unknown): readonly SettingChange[] {
  if (!isRecord(entry)) return [];
  const { key, before, set, written } = entry;
  if (typeof key !== "string" || !isKnownSetting(key) || typeof written !== "boolean") return [];
  if (typeof before !== "string" || typeof set !== "string" || !value.test(before) || !value.test(set)) return [];
  return [{ key, before, set, written }];
}

/** Another account may own the folder: a link that it lays there is replaced, never followed. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(path);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(join(path, ".."), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
