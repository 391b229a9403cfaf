import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { askRunning, streamFromRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import { describeError } from "../runtime/errors.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import { secretsWarning } from "./capture-answers.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";
import { DropWatch } from "./drop-watch.js";

const answerLimitMs = 2_000;
/** The reader has seen enough. */
const readerEnded: ReadonlySet<string | undefined> = new Set(["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/**
 * `cloudtap tap`: streams traffic as pcapng to standard output, until SIGINT or the end of its reader. Exit code 1 where
 * Cloudtap ended it. Throws CloudtapError USAGE at a terminal, NOT_RUNNING, and REQUEST_FAILED, also where nobody of that
 * name is known.
 */
export async function tap(given: Arguments, context: CommandContext): Promise<number> {
  const [name = ""] = given.operands;
  if (context.terminal) throw usageError(terminalHint(name, optionOf(given, "config")), "tap");
  const { configuration } = await loadSources(given, context);
  const path = adminSocketPath(configuration.dataDir);
  const signal = context.interruption();
  const stream = await streamFromRunning(path, "tap", { name });
  context.err.write(`cloudtap: tapping ${name}. ${secretsWarning}\n`);
  const ask = () => askRunning(path, "captures", {}, answerLimitMs);
  const drops = new DropWatch({ clock: context.clock, err: context.err, ask });
  const [exitCode] = await Promise.all([passOn(stream, context, signal), drops.begin()]);
  await drops.end();
  return exitCode;
}

async function passOn(stream: Readable, { bytes, err }: CommandContext, signal: AbortSignal): Promise<number> {
  try {
    await pipeline(stream, bytes(), { end: false, signal });
    err.write("cloudtap: Cloudtap has ended the stream\n");
  } catch (error) {
    if (signal.aborted || (error instanceof Error && "code" in error && readerEnded.has(String(error.code)))) return 0;
    err.write(`cloudtap: the stream broke: ${describeError(error)}\n`);
  }
  return 1;
}

function terminalHint(name: string, config: string | undefined): string {
  const command = `cloudtap tap ${name}${config === undefined ? "" : ` --config ${config}`}`;
  return `expected a program that reads pcapng, found a terminal; on this computer: ${command} | wireshark -k -i - ; from another one: ssh HOST ${command} | wireshark -k -i -`;
}
