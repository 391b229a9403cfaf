import type { CaptureControl, RunningCapture } from "../../model/capture.js";
import type { CapturesView, RunningCaptureView } from "../../web/api-types.js";

/** What is captured, and the files, the newest first. `redact`: only anonymized copies are handed out. Throws CloudtapError STORE_FAILED. */
export async function capturesViewOf(
  control: Pick<CaptureControl, "files" | "status">,
  redact: boolean,
): Promise<CapturesView> {
  const { mode, directory, running, problem, captured, dropped } = control.status();
  const files = await control.files();
  return {
    ...{ mode, directory, captured, dropped, running: running.map(runningViewOf) },
    rawRefused: redact,
    files: files.toReversed().map(({ name, bytes, changedAt, isOpen }) => ({ name, bytes, changedAt, isOpen })),
    ...(problem === undefined ? {} : { problem }),
  };
}

export function runningViewOf({ id, target, reason, since, until }: RunningCapture): RunningCaptureView {
  return { id, target: targetName(target), reason, since, ...(until === undefined ? {} : { until }) };
}

/** The word by which it would be begun; of an unnamed device its address. */
function targetName(target: RunningCapture["target"]): string {
  switch (target.type) {
    case "all":
      return "all";
    case "relay":
      return target.relay;
    case "device":
      return target.device;
    case "address":
      return target.address;
    default:
      return target satisfies never;
  }
}
