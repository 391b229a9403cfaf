import type { AdminCommand, AdminCommands, AdminStream } from "../admin/server.js";
import { suggestion } from "../config/nearest.js";
import {
  type CaptureControl,
  type CaptureTarget,
  captureLongestMs,
  captureUsualMs,
  type RunningCapture,
} from "../model/capture.js";
import type { DeviceId } from "../model/device.js";
import type { JsonObject, JsonValue } from "../model/value.js";
import { CloudtapError } from "../runtime/errors.js";

export interface CaptureCommandPorts {
  readonly control: CaptureControl;
  /** Names. */
  readonly relays: readonly string[];
  devices(): readonly DeviceId[];
}

const reason = "on demand: command line";
const longestS = captureLongestMs / 1_000;

/**
 * What the local socket takes about captures: `capture-start`, `capture-stop`, `captures` and the stream `tap`. What they
 * throw is CloudtapError CAPTURE_FAILED, or what the captures themselves throw.
 */
export function createCaptureCommands(ports: CaptureCommandPorts): AdminCommands {
  const { control } = ports;
  const tap: AdminStream = {
    async open(args) {
      const target = targetOf(nameIn(args), ports);
      return (output) => control.tap(target, output);
    },
  };
  return new Map<string, AdminCommand | AdminStream>([
    ["capture-start", async (args) => start(args, ports)],
    ["capture-stop", async (args) => stop(args, ports)],
    ["captures", async () => asJson({ ...control.status(), files: await control.files() })],
    ["tap", tap],
  ]);
}

async function start(args: JsonObject, ports: CaptureCommandPorts): Promise<JsonValue> {
  const { seconds = captureUsualMs / 1_000 } = args;
  if (typeof seconds !== "number" || !(seconds >= 1 && seconds <= longestS))
    throw failed(`expected 1 to ${longestS} seconds, found ${JSON.stringify(seconds)}`);
  const { control } = ports;
  const running = await control.start(targetOf(nameIn(args), ports), seconds * 1_000, reason);
  return asJson({ running, directory: control.status().directory });
}

async function stop(args: JsonObject, ports: CaptureCommandPorts): Promise<JsonValue> {
  if (args.name === undefined) return asJson(await ports.control.stop(undefined));
  const name = nameIn(args);
  const known = ports.control.status().running.find((capture) => isCalled(capture, name));
  const target = known === undefined ? targetOf(name, ports) : known.target;
  return asJson(await ports.control.stop(known === undefined && target.type === "all" ? undefined : target));
}

/** A capture may outlive what it was begun for. */
function isCalled({ id, target }: RunningCapture, name: string): boolean {
  if (id === name) return true;
  if (target.type === "relay") return target.relay === name;
  return target.type === "device" && target.device === name;
}

/** Whom a name means; a relay's name counts before a device's id. Throws CloudtapError CAPTURE_FAILED. */
export function targetOf(name: string, { relays, devices }: CaptureCommandPorts): CaptureTarget {
  if (name === "all") return { type: "all" };
  if (relays.includes(name)) return { type: "relay", relay: name };
  const ids = devices();
  const device = ids.find((id) => id === name.toLowerCase());
  if (device !== undefined) return { type: "device", device };
  throw failed(`there is neither a relay nor a device ${name}${suggestion(name, ["all", ...relays, ...ids])}`);
}

function nameIn({ name }: JsonObject): string {
  if (typeof name !== "string" || name === "") throw failed('expected {"name": RELAY, DEVICE or "all"}');
  return name;
}

function failed(message: string): CloudtapError {
  return new CloudtapError("CAPTURE_FAILED", message);
}

function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
