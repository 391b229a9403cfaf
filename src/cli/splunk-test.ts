import type { Configuration } from "../config/configuration.js";
import type { Arguments } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

/**
 * `cloudtap splunk-test`: sends one event with the configuration's address and token, and says in words what came of it. Exit
 * code 1 where Splunk did not take it, 2 where none is configured.
 */
export async function splunkTest(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const { splunk } = configuration;
  if (splunk === undefined) {
    context.err.write(`cloudtap: Splunk is not configured: ${whatIsMissing(configuration)}\n`);
    return 2;
  }
  const { testSplunk } = await import("../composition/splunk-test.js");
  const { clock, version } = context;
  const { ok, lines } = await testSplunk(splunk, { clock, version });
  const output = ok ? context.out : context.err;
  output.write(`${lines.join("\n")}\n`);
  return ok ? 0 : 1;
}

function whatIsMissing({ splunkMissing }: Configuration): string {
  if (splunkMissing === "splunk.url") return "there is a token, but splunk.url is not given";
  const token = "splunk.token or splunk.token_file";
  return splunkMissing === undefined
    ? `neither splunk.url nor ${token} is given`
    : `there is a splunk.url, but no ${token}`;
}
