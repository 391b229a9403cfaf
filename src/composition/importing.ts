import type { AdminCommand } from "../admin/server.js";
import type { Ledger } from "../model/ports.js";
import type { JsonObject, JsonValue } from "../model/value.js";
import { liveProtocolByName, liveProtocols as protocols } from "../protocols/live-registry.js";
import type { ImportedFile } from "../recording/importer.js";
import type { Clock } from "../runtime/clock.js";
import { CloudtapError } from "../runtime/errors.js";
import { openDatabase } from "../store/database.js";
import { createLedger } from "../store/ledger.js";

export interface ImportCommandPorts {
  /** The one that sessions post to: postings of one account must wait for each other. */
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/**
 * What the local socket takes as `import`: `files`, whole paths, and where they do not tell it their `protocol`. Throws CloudtapError
 * STORE_FAILED and REQUEST_FAILED.
 */
export function createImportCommand(ports: ImportCommandPorts): AdminCommand {
  return async ({ files, protocol }) => {
    if (!isTexts(files)) throw failed("expected a list of files");
    return (await importFiles(files, protocol, ports)).map(asJson);
  };
}

/** The same where no Cloudtap runs: with the books in the data directory. Throws CloudtapError STORE_FAILED. */
export async function importIntoStore(
  dataDir: string,
  files: readonly string[],
  { protocol, clock }: { readonly protocol?: string; readonly clock: Clock },
): Promise<readonly ImportedFile[]> {
  const database = await openDatabase(dataDir);
  try {
    return await importFiles(files, protocol, { ledger: createLedger(database), clock });
  } finally {
    await database.close();
  }
}

/** Loaded only when it is asked for. */
async function importFiles(
  files: readonly string[],
  name: JsonValue | undefined,
  ports: ImportCommandPorts,
): Promise<readonly ImportedFile[]> {
  const given = typeof name === "string" ? liveProtocolByName(name) : undefined;
  if (name !== undefined && given === undefined) throw failed(`there is no protocol ${JSON.stringify(name)}`);
  const { importRecordings } = await import("../recording/importer.js");
  return importRecordings(files, given, { ...ports, protocols });
}

function asJson({ file, reports, added, known, energyWh, faults }: ImportedFile): JsonObject {
  return { file, reports, added, known, energyWh, faults };
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function failed(message: string): CloudtapError {
  return new CloudtapError("REQUEST_FAILED", message);
}
