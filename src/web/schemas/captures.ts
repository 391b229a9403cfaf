import { captureLongestMs, captureUsualMs } from "../../model/capture.js";
import type { CaptureRequest, StoppedView } from "../api-requests.js";
import type { CaptureFileView, CapturesView, RunningCaptureView } from "../api-types.js";
import { count, list, oneOf, optional, ref, request, text, time, truth, view } from "./schema.js";

const runningSchema = view<RunningCaptureView>("RunningCaptureView", "A capture that goes on", {
  id: text(),
  target: text("A relay's name, a device's id, an address or `all`"),
  reason: text(),
  since: time(),
  until: optional(time()),
});

const fileSchema = view<CaptureFileView>("CaptureFileView", "A capture in the folder", {
  name: text(),
  bytes: count(),
  changedAt: time(),
  isOpen: truth("It is being written"),
});

const capturesSchema = view<CapturesView>("CapturesView", "Captures that go on, and those that are kept", {
  mode: oneOf(["none", "always", "anomaly"]),
  directory: text(),
  running: list(ref(runningSchema)),
  files: list(ref(fileSchema)),
  problem: optional(text("Why nothing is written at present, though something is to be captured")),
  captured: count("Packets since the start"),
  dropped: count("Packets since the start"),
  rawRefused: optional(truth("Only anonymized copies of the files are handed out")),
});

const captureRequestSchema = request<CaptureRequest>("CaptureRequest", "What is to be captured, and for how long", {
  target: { type: "string", minLength: 1, maxLength: 128, description: "A relay's name, a device's id or `all`" },
  seconds: optional({ type: "integer", minimum: 1, maximum: captureLongestMs / 1000, default: captureUsualMs / 1000 }),
});

const stoppedSchema = view<StoppedView>("StoppedView", "How many captures were ended", { stopped: count() });

export const captureSchemas = {
  running: runningSchema,
  file: fileSchema,
  captures: capturesSchema,
  request: captureRequestSchema,
  stopped: stoppedSchema,
} as const;
