import { writeFileSync } from "node:fs";
import type { EpochUs, LegNote } from "../../src/model/recording.js";
import { PacketWriter } from "../../src/recording/packet-writer.js";
import type { RecordedTurn } from "./recorded-sessions.js";

export interface FiledSession {
  readonly protocol: string;
  readonly device?: string;
  readonly security?: LegNote["security"];
  readonly turns: readonly RecordedTurn[];
}

export const recordingStart = 1_790_000_000_000_000;
export const deviceAddress = "192.168.77.50";
const cloudAddress = "142.250.186.174";
const ports: Readonly<Record<string, number>> = { solarman: 10_000, websentry: 1030, envoy: 80, blueprint: 9999 };

/** A capture as Cloudtap makes it: each session a device leg of its own, its turns 100 ms apart. */
export function writeRecordingFile(path: string, sessions: readonly FiledSession[]): void {
  const writer = new PacketWriter("Cloudtap test", "recorded in a test");
  const blocks = [...writer.begin()];
  let now = recordingStart;
  for (const [index, { protocol, device, security = "plain", turns }] of sessions.entries()) {
    const note: LegNote = {
      ...{ session: `ab12cd-${index + 1}`, leg: "device", relay: protocol, protocol, security },
      reason: "capture: always",
      ...(device === undefined ? {} : { device }),
    };
    const id = String(index);
    const client = { address: deviceAddress, port: 40_000 + index };
    const server = { address: cloudAddress, port: ports[protocol] ?? 443 };
    blocks.push(...writer.opened(id, { client, server, note, complete: true }, now as EpochUs));
    for (const { direction, bytes } of turns) {
      now += 100_000;
      blocks.push(...writer.take(id, { type: "data", direction, bytes, at: now as EpochUs }));
    }
    now += 100_000;
    blocks.push(...writer.take(id, { type: "ended", direction: "device-to-cloud", at: now as EpochUs }));
    blocks.push(...writer.take(id, { type: "ended", direction: "cloud-to-device", at: now as EpochUs }));
    writer.closed(id);
  }
  writeFileSync(path, Buffer.concat([...blocks, ...writer.end()]), { mode: 0o600 });
}
