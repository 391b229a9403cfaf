import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import { captureLongestMs, captureUsualMs } from "../model/capture.js";
import { type Arguments, numberOf } from "./arguments.js";
import { describeTarget, parseStartedCapture, secretsWarning } from "./capture-answers.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const answerLimitMs = 10_000;
const range = { from: 1, to: captureLongestMs / 1_000, preset: captureUsualMs / 1_000 };

/**
 * `cloudtap capture start`: has the running program write files until the time is over. Throws CloudtapError NOT_RUNNING
 * and REQUEST_FAILED, also where nobody of that name is known.
 */
export async function startCapture(given: Arguments, context: CommandContext): Promise<number> {
  const [name = ""] = given.operands;
  const seconds = numberOf(given, "seconds", range);
  const { configuration } = await loadSources(given, context);
  const path = adminSocketPath(configuration.dataDir);
  const answer = await askRunning(path, "capture-start", { name, seconds }, answerLimitMs);
  const { running, directory } = parseStartedCapture(answer);
  const end = running.until === undefined ? "until it is stopped" : `until ${new Date(running.until).toISOString()}`;
  context.out.write(`Capturing ${describeTarget(running.target)} ${end}, into ${directory}.\n`);
  context.err.write(`${secretsWarning}\n`);
  return 0;
}
