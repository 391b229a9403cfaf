import { existsSync, readdirSync } from "node:fs";
import type { Direction } from "../../../src/model/session.js";
import { capturePath, readCaptureJson } from "../../support/captures.js";

export interface ExpectedFrame {
  readonly frame: {
    readonly payload_length: number;
    readonly type: string;
    readonly server_seq: number;
    readonly device_seq: number;
    readonly logger_serial: number;
    readonly checksum: string;
  };
  readonly values: Readonly<Record<string, unknown>>;
  readonly reply?: {
    readonly type: string;
    readonly server_seq: number;
    readonly device_seq: number;
    readonly payload_byte_0: number;
    readonly payload_length: number;
    readonly total_length: number;
  };
}

interface CaptureFile {
  readonly name: string;
  readonly direction: "device_to_cloud" | "cloud_to_device";
  readonly hex: string;
  readonly expected: ExpectedFrame | { readonly frames: readonly ExpectedFrame[] };
}

export interface Captured {
  readonly name: string;
  readonly direction: Direction;
  readonly bytes: Buffer;
  readonly frames: readonly ExpectedFrame[];
}

/** Every recorded segment with what it holds; none where the recordings are missing. */
export function allCaptured(): readonly Captured[] {
  if (!existsSync(capturePath("solarman"))) return [];
  const names = readdirSync(capturePath("solarman")).filter((name) => name.endsWith(".json"));
  return names.map((name) => captured(name.replace(".json", "")));
}

export function captured(name: string): Captured {
  const file = readCaptureJson<CaptureFile>(`solarman/${name}.json`);
  return {
    name: file.name,
    direction: file.direction === "device_to_cloud" ? "device-to-cloud" : "cloud-to-device",
    bytes: Buffer.from(file.hex, "hex"),
    frames: "frames" in file.expected ? file.expected.frames : [file.expected],
  };
}
