import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import type { Arguments } from "./arguments.js";
import { describeTarget, parseEndedCaptures } from "./capture-answers.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const answerLimitMs = 10_000;

/**
 * `cloudtap capture stop`: ends what was begun on demand. Exit code 1 where nothing was. Throws CloudtapError NOT_RUNNING
 * and REQUEST_FAILED.
 */
export async function stopCaptures(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const [name] = given.operands;
  const path = adminSocketPath(configuration.dataDir);
  const answer = await askRunning(path, "capture-stop", name === undefined ? {} : { name }, answerLimitMs);
  const ended = parseEndedCaptures(answer);
  if (ended.length === 0) {
    const whom = name === undefined || name === "all" ? "" : ` of ${name}`;
    context.err.write(`cloudtap: no capture${whom} was begun on demand; nothing was ended\n`);
    return 1;
  }
  for (const { target } of ended) context.out.write(`Ended: ${describeTarget(target)}\n`);
  return 0;
}
