import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaptureControl } from "../../model/capture.js";
import type { Protocol } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import { copyAnonymized, copyCapture } from "../../recording/capture-copy.js";
import { CloudtapError } from "../../runtime/errors.js";
import type { CaptureDownload } from "../../web/sources.js";

export interface DownloadPorts {
  readonly control: Pick<CaptureControl, "files" | "status">;
  /** True: captures are handed out anonymized alone. */
  readonly redact: boolean;
  /** Program that writes the copy, with its version. */
  readonly application: string;
  now(): EpochMs;
  /** With what anonymizing needs, which the running program does not. */
  protocols(): Promise<readonly Protocol[]>;
}

/** A capture of the folder as it is handed out. Undefined: there is none of that name. Throws CloudtapError CAPTURE_FAILED. */
export type DownloadCapture = (name: string, anonymized: boolean) => Promise<CaptureDownload | undefined>;

/** What is handed out is a copy that has no name any more, so that it is gone once it was read or given up. */
export function createDownloads(ports: DownloadPorts): DownloadCapture {
  const { control, redact } = ports;
  // One after the other: each reads its file twice.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const done = turn.then(action);
    turn = done.catch(() => undefined);
    return done;
  };
  return async (name, anonymized) => {
    if (!anonymized && redact)
      throw new CloudtapError("CAPTURE_FAILED", "capture.redact is on: only anonymized captures are handed out here");
    if (!(await control.files()).some((file) => file.name === name)) return undefined;
    const source = join(control.status().directory, name);
    return handedOut((copy) =>
      anonymized
        ? inTurn(() => copyAnonymized(source, copy, (from) => anonymize(from, copy, ports)))
        : copyCapture(source, copy),
    );
  };
}

async function handedOut(write: (copy: string) => Promise<void>): Promise<CaptureDownload> {
  const folder = await mkdtemp(join(tmpdir(), "cloudtap-download-"));
  try {
    const copy = join(folder, "capture.pcapng");
    await write(copy);
    const file = await open(copy, "r");
    const { size } = await file.stat();
    return { bytes: size, stream: file.createReadStream() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function anonymize(from: string, to: string, { protocols, now, application }: DownloadPorts): Promise<void> {
  const { anonymizeFile } = await import("../../recording/anonymizer.js");
  await anonymizeFile(from, to, { protocols: await protocols(), now: now(), application });
}
