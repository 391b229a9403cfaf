import {
  listOf,
  objectOf,
  oneOf,
  type Reader,
  readFlag,
  readNumber,
  readText,
  ShapeError,
} from "../doctor/json-shape.js";
import type { CaptureFile, CaptureStatus, CaptureTarget, RunningCapture } from "../model/capture.js";
import type { DeviceId } from "../model/device.js";
import type { EpochMs } from "../model/time.js";
import type { JsonValue } from "../model/value.js";
import { CloudtapError } from "../runtime/errors.js";

/** What whoever gets captured traffic into their hands is told, each time. */
export const secretsWarning =
  "Captures hold secrets: serial numbers, addresses, passwords, tokens and places, in the clear. Share only anonymized ones.";

/** What the running program answers to `captures`. */
export interface CaptureList extends CaptureStatus {
  readonly files: readonly CaptureFile[];
}

/** What it answers to `capture-start`. */
export interface StartedCapture {
  readonly running: RunningCapture;
  readonly directory: string;
}

const readTime: Reader<EpochMs> = (value, path) => readNumber(value, path) as EpochMs;
const readDevice: Reader<DeviceId> = (value, path) => readText(value, path) as DeviceId;

const readTarget: Reader<CaptureTarget> = objectOf((fields) => {
  const type = fields.need("type", oneOf(["all", "relay", "device", "address"]));
  if (type === "all") return { type };
  if (type === "device") return { type, device: fields.need("device", readDevice) };
  const relay = fields.need("relay", readText);
  return type === "relay" ? { type, relay } : { type, relay, address: fields.need("address", readText) };
});

const readCapture: Reader<RunningCapture> = objectOf((fields) => ({
  id: fields.need("id", readText),
  target: fields.need("target", readTarget),
  reason: fields.need("reason", readText),
  since: fields.need("since", readTime),
  ...fields.given("until", readTime),
}));

const readFile: Reader<CaptureFile> = objectOf((fields) => ({
  name: fields.need("name", readText),
  bytes: fields.need("bytes", readNumber),
  changedAt: fields.need("changedAt", readTime),
  isOpen: fields.need("isOpen", readFlag),
}));

const readList: Reader<CaptureList> = objectOf((fields) => ({
  mode: fields.need("mode", oneOf(["none", "always", "anomaly"])),
  directory: fields.need("directory", readText),
  running: fields.need("running", listOf(readCapture)),
  ...fields.given("problem", readText),
  captured: fields.need("captured", readNumber),
  dropped: fields.need("dropped", readNumber),
  files: fields.need("files", listOf(readFile)),
}));

const readStarted: Reader<StartedCapture> = objectOf((fields) => ({
  running: fields.need("running", readCapture),
  directory: fields.need("directory", readText),
}));

/** Throws CloudtapError REQUEST_FAILED, as the following do. */
export function parseCaptureList(answer: JsonValue): CaptureList {
  return parse(answer, readList);
}

export function parseStartedCapture(answer: JsonValue): StartedCapture {
  return parse(answer, readStarted);
}

/** The answer to `capture-stop`. */
export function parseEndedCaptures(answer: JsonValue): readonly RunningCapture[] {
  return parse(answer, listOf(readCapture));
}

/** Whose traffic it is, in words. */
export function describeTarget(target: CaptureTarget): string {
  switch (target.type) {
    case "all":
      return "all relays";
    case "relay":
      return `relay ${target.relay}`;
    case "device":
      return `device ${target.device}`;
    case "address":
      return `${target.address} at relay ${target.relay}`;
    default:
      return target satisfies never;
  }
}

function parse<T>(answer: JsonValue, read: Reader<T>): T {
  try {
    return read(answer, "answer");
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const message = `${error.message} of the running Cloudtap; it may be of another version than this command`;
    throw new CloudtapError("REQUEST_FAILED", message, {}, error);
  }
}
