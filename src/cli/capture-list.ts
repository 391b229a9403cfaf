import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import type { CaptureFile, RunningCapture } from "../model/capture.js";
import type { EpochMs } from "../model/time.js";
import type { JsonObject } from "../model/value.js";
import type { Arguments } from "./arguments.js";
import { type CaptureList, describeTarget, parseCaptureList } from "./capture-answers.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const answerLimitMs = 10_000;

/** `cloudtap capture list`: what is captured, and the files. Throws CloudtapError NOT_RUNNING and REQUEST_FAILED. */
export async function listCaptures(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const list = parseCaptureList(
    await askRunning(adminSocketPath(configuration.dataDir), "captures", {}, answerLimitMs),
  );
  context.out.write(given.options.has("json") ? `${JSON.stringify(asJson(list), undefined, 2)}\n` : asText(list));
  return 0;
}

function asText({ mode, directory, running, problem, captured, dropped, files }: CaptureList): string {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [
    `Mode ${mode}, folder ${directory}`,
    `Since the start: ${captured} packets captured, ${dropped} dropped`,
    ...(problem === undefined ? [] : [`Nothing is written at present: ${problem}`]),
    running.length === 0 ? "Nothing is captured at present." : "Captured at present:",
    ...running.map((capture) => `  ${runningRow(capture)}`),
    files.length === 0 ? "No files." : `Files (${size(total)}):`,
    ...files.map((file) => `  ${fileRow(file)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function runningRow({ id, target, reason, since, until }: RunningCapture): string {
  const end = until === undefined ? "" : `, until ${iso(until)}`;
  return `${describeTarget(target)}: ${reason}, since ${iso(since)}${end} (${id})`;
}

function fileRow({ name, bytes, changedAt, isOpen }: CaptureFile): string {
  return `${name}  ${size(bytes).padStart(9)}  ${iso(changedAt)}${isOpen ? "  being written" : ""}`;
}

/** Times as text, and keys in the style of everything else that is printed as JSON. */
function asJson({ running, files, ...status }: CaptureList): JsonObject {
  return {
    ...status,
    running: running.map(({ id, target, reason, since, until }) => ({
      ...{ id, target: { ...target }, reason, since: iso(since) },
      until: until === undefined ? null : iso(until),
    })),
    files: files.map(({ name, bytes, changedAt, isOpen }) => ({
      ...{ name, bytes, changed: iso(changedAt), open: isOpen },
    })),
  };
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
