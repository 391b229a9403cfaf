import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import type { Configuration } from "../config/configuration.js";
import { suggestion } from "../config/nearest.js";
import type { Protocol } from "../model/protocol.js";
import type { ImportedFile } from "../recording/importer.js";
import { CloudtapError } from "../runtime/errors.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";
import { filesToImport } from "./import-files.js";
import { ImportSummary, parseImported } from "./import-summary.js";

/** A capture of a gigabyte takes minutes. */
const answerLimitMs = 3_600_000;
/** A request is one line of at most 64 KiB. */
const requestPathBytes = 32 * 1024;

type Imported = readonly ImportedFile[];

interface Import {
  readonly dataDir: string;
  readonly protocol?: string;
}

/**
 * `cloudtap import`: enters recorded traffic into the books, through the running program where there is one. Exit code 1 where
 * something could not be read. Throws CloudtapError REQUEST_FAILED and STORE_FAILED.
 */
export async function importRecorded(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const protocol = protocolOf(optionOf(given, "relay"), configuration, await context.protocols());
  const target: Import = { dataDir: configuration.dataDir, ...(protocol === undefined ? {} : { protocol }) };
  const files = await filesToImport(given.operands);
  const summary = new ImportSummary();
  let isRunning = true;
  for (const batch of batchesOf(files)) {
    const found: Imported | undefined = isRunning ? await throughRunning(batch, target) : undefined;
    isRunning = found !== undefined;
    for (const file of found ?? (await intoStore(batch, target, context))) {
      const { text, told } = summary.take(file);
      context.out.write(text);
      context.err.write(told);
    }
  }
  context.out.write(summary.end(isRunning));
  return summary.isBroken ? 1 : 0;
}

/** Undefined: no Cloudtap runs. */
async function throughRunning(files: readonly string[], { dataDir, protocol }: Import): Promise<Imported | undefined> {
  const args = { files, ...(protocol === undefined ? {} : { protocol }) };
  try {
    return parseImported(await askRunning(adminSocketPath(dataDir), "import", args, answerLimitMs));
  } catch (error) {
    if (error instanceof CloudtapError && error.code === "NOT_RUNNING") return undefined;
    throw error;
  }
}

async function intoStore(
  files: readonly string[],
  { dataDir, protocol }: Import,
  { clock }: CommandContext,
): Promise<Imported> {
  const { importIntoStore } = await import("../composition/importing.js");
  return importIntoStore(dataDir, files, { clock, ...(protocol === undefined ? {} : { protocol }) });
}

/** The protocol of a relay that has one for all its devices. */
function protocolOf(
  name: string | undefined,
  { relays }: Configuration,
  protocols: readonly Protocol[],
): string | undefined {
  if (name === undefined) return undefined;
  const relay = relays.find((one) => one.name === name);
  const names = relays.map((one) => one.name);
  if (relay === undefined) throw usageError(`--relay: there is no relay ${name}${suggestion(name, names)}`, "import");
  return protocols.find((protocol) => protocol.name === relay.protocol)?.name;
}

function* batchesOf(files: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const more = Buffer.byteLength(JSON.stringify(file)) + 1;
    if (batch.length > 0 && bytes + more > requestPathBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}
