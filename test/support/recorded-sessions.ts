import { existsSync, readdirSync } from "node:fs";
import type { Direction } from "../../src/model/session.js";
import { capturePath, readCapture, readCaptureJson } from "./captures.js";

export interface RecordedTurn {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

/** Recorded traffic of one connection. */
export interface RecordedSession {
  readonly name: string;
  readonly turns: readonly RecordedTurn[];
}

interface JsonTurn {
  readonly from?: "device" | "cloud";
  readonly hex: string;
}

interface JsonCapture {
  readonly direction?: "device_to_cloud" | "cloud_to_device";
  readonly hex?: string;
  readonly frames?: readonly JsonTurn[];
  readonly sessions?: readonly { readonly frames: readonly JsonTurn[] }[];
}

/** All that was recorded of a protocol; none where the recordings are missing. */
export function recordedSessions(protocol: string): readonly RecordedSession[] {
  if (!existsSync(capturePath(protocol))) return [];
  const names = readdirSync(capturePath(protocol)).toSorted();
  return names.flatMap((name) => {
    const path = `${protocol}/${name}`;
    if (name.endsWith(".http")) return [{ name, turns: [httpTurn(path)] }];
    return name.endsWith(".json") ? jsonSessions(name, readCaptureJson<JsonCapture>(path)) : [];
  });
}

function httpTurn(path: string): RecordedTurn {
  const direction = path.includes(".response.") ? "cloud-to-device" : "device-to-cloud";
  return { direction, bytes: readCapture(path) };
}

function jsonSessions(name: string, capture: JsonCapture): readonly RecordedSession[] {
  if (capture.hex !== undefined) {
    const direction = capture.direction === "cloud_to_device" ? "cloud-to-device" : "device-to-cloud";
    return [{ name, turns: [{ direction, bytes: Buffer.from(capture.hex, "hex") }] }];
  }
  const sessions = capture.sessions ?? (capture.frames === undefined ? [] : [{ frames: capture.frames }]);
  return sessions.map((session, index) => ({
    name: `${name}, session ${index + 1}`,
    turns: session.frames.map(({ from, hex }) => ({
      direction: from === "cloud" ? "cloud-to-device" : "device-to-cloud",
      bytes: Buffer.from(hex, "hex"),
    })),
  }));
}
