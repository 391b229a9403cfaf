import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { Sink } from "../../../src/model/ports.js";
import type { Archive } from "../../../src/model/protocol.js";
import type { Direction, SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Values } from "../../../src/model/value.js";
import { createSpool, type SpoolOptions } from "../../../src/sinks/spool/spool-sink.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-spool-"));
  folders.push(folder);
  return folder;
}

/** Each file's path below `folder`, sorted. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

/** Keeps each frame as its text: a question as `.ask`, an answer as `.answer`. */
export const plainBodies: Archive = {
  type: "bodies",
  parts: ({ direction, bytes }) => [{ extension: direction === "device-to-cloud" ? "ask" : "answer", bytes }],
  restore: () => undefined,
};

export function sessionOf(id: string, relay = "roof", protocol = "envoy", openedAt = 0): SessionInfo {
  const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  return { id: id as SessionId, relay, protocol, openedAt: openedAt as EpochMs, device };
}

export interface SpoolRig {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly logs: ReturnType<typeof recordLog>;
  readonly spool: Sink;
  frame(session: SessionInfo, direction: Direction, text: string | Uint8Array): void;
  close(session: SessionInfo): void;
  reading(session: SessionInfo, values: Values, measuredAt?: number): void;
  files(): Promise<readonly string[]>;
  text(path: string): Promise<string>;
}

/** A spool on a real folder, with a clock that stands at 2026-11-21T14:20:56.123Z. */
export function setUpSpool(given: Partial<SpoolOptions> = {}, archive: Archive = plainBodies): SpoolRig {
  const folder = given.directory ?? temporaryFolder();
  const clock = new FakeClock(Date.UTC(2026, 10, 21, 14, 20, 56, 123));
  const logs = recordLog();
  const options = { directory: folder, maxBytes: 10_000_000, maxAgeMs: 30 * 86_400_000, ...given };
  const archiveOf = (protocol: string): Archive => (protocol === "envoy" ? archive : { type: "sessions" });
  const spool = createSpool(options, { clock, log: logs.log, archiveOf });
  return {
    ...{ folder, clock, logs, spool },
    frame(session, direction, text) {
      const data = typeof text === "string" ? Buffer.from(text) : text;
      spool.accept({ type: "frame", session, direction, role: "other", label: "", bytes: data.length, data });
    },
    close(session) {
      const reason = { by: "device", how: "fin", detail: "" } as const;
      const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
      spool.accept({ type: "session-closed", session, reason, counters });
    },
    reading(session, values, measuredAt) {
      const device = "envoy_1" as DeviceId;
      const times = { measuredAt: measuredAt as EpochMs | undefined, receivedAt: clock.now() };
      spool.accept({ type: "reading", session, reading: { device, ...times, live: measuredAt === undefined, values } });
    },
    files: () => listFiles(folder),
    text: (path) => readFile(join(folder, path), "utf8"),
  };
}
