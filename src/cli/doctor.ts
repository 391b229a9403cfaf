import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import { planHome, planRelay } from "../composition/doctor-plan.js";
import { suggestion } from "../config/nearest.js";
import { diagnose } from "../doctor/diagnose.js";
import { gatherFacts, gatherHomeFacts, type ProgramLook } from "../doctor/facts.js";
import { createProbes, type Probes } from "../doctor/probes.js";
import { isClear, type RelayReport, renderReport, reportAsJson } from "../doctor/report.js";
import { parseStatus } from "../doctor/status.js";
import { CloudtapError } from "../runtime/errors.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const answerLimitMs = 5_000;

/**
 * `cloudtap doctor`: which step of the way from a device to Home Assistant is missing. Exit code 1 where one is. Only
 * looks: nothing is changed, and the running program is asked and not needed.
 */
export async function doctor(
  given: Arguments,
  context: CommandContext,
  probes: Probes = createProbes(),
): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const wanted = optionOf(given, "relay");
  const names = configuration.relays.map(({ name }) => name);
  if (wanted !== undefined && !names.includes(wanted)) {
    throw usageError(`--relay: there is no relay ${wanted}${suggestion(wanted, names)}`, "doctor");
  }
  const relays = configuration.relays.filter(({ name }) => wanted === undefined || name === wanted);
  const protocols = await context.protocols();
  const plan = planHome(configuration, context.environment.SUPERVISOR_TOKEN);
  const program = await askProgram(configuration.dataDir);
  const home = await gatherHomeFacts(plan, program, { probes, now: context.clock.now() });
  const reports = await Promise.all(
    relays.map(async (relay): Promise<RelayReport> => {
      const facts = await gatherFacts(home, await planRelay(relay, protocols), probes);
      return { relay: relay.name, protocol: relay.protocol, findings: diagnose(facts) };
    }),
  );
  const asJson = given.options.has("json");
  context.out.write(asJson ? `${JSON.stringify(reportAsJson(reports), undefined, 2)}\n` : renderReport(reports));
  return reports.every(({ findings }) => isClear(findings)) ? 0 : 1;
}

async function askProgram(dataDir: string): Promise<ProgramLook> {
  const path = adminSocketPath(dataDir);
  try {
    const parsed = parseStatus(await askRunning(path, "status", {}, answerLimitMs));
    if (parsed.type === "status") return { type: "running", status: parsed.status };
    const version = parsed.version === undefined ? "" : `version ${parsed.version} answered, `;
    return { type: "unclear", reason: `${version}${parsed.detail}` };
  } catch (error) {
    if (!(error instanceof CloudtapError)) throw error;
    if (error.code === "NOT_RUNNING") return { type: "absent", reason: `nobody listens on ${path}` };
    return { type: "unclear", reason: error.message };
  }
}
