import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import { clean } from "../intercept/clean.js";
import { createHost, type Host } from "../intercept/host.js";
import { createJournal } from "../intercept/journal.js";
import { CloudtapError } from "../runtime/errors.js";
import type { Arguments } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const answerLimitMs = 2_000;

/**
 * `cloudtap intercept clean`: removes what interception added and puts back what it changed, in whatever state it is. Exit
 * code 1 where something is left.
 */
export async function cleanInterception(given: Arguments, context: CommandContext): Promise<number> {
  // Of the configuration only the data directory matters: the journal is there.
  const { configuration } = await loadSources(given, context);
  const { dataDir } = configuration;
  if (await isRunning(dataDir)) {
    context.err.write("cloudtap: a running Cloudtap leads the devices here again within seconds; stop it first\n");
  }
  return cleanHost(createHost(), dataDir, context);
}

export async function cleanHost(
  host: Host,
  dataDir: string,
  { out, err }: Pick<CommandContext, "out" | "err">,
): Promise<number> {
  const { removed, left } = await clean(host, createJournal(dataDir));
  if (removed.length > 0) out.write(`${removed.join("\n")}\n`);
  if (removed.length + left.length === 0) out.write("Nothing of Cloudtap was there.\n");
  for (const what of left) err.write(`cloudtap: left as it is: ${what}\n`);
  return left.length === 0 ? 0 : 1;
}

async function isRunning(dataDir: string): Promise<boolean> {
  try {
    await askRunning(adminSocketPath(dataDir), "status", {}, answerLimitMs);
    return true;
  } catch (error) {
    return !(error instanceof CloudtapError && error.code === "NOT_RUNNING");
  }
}
