import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
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

/** Captures as they are handed out. */
export interface Downloads {
  /** One of the folder. Undefined: there is none of that name. Throws CloudtapError CAPTURE_FAILED. */
  file(name: string, anonymized: boolean): Promise<CaptureDownload | undefined>;
  /** One that is in no folder: anonymized where captures are handed out so alone. Throws CloudtapError CAPTURE_FAILED. */
  bytes(capture: Uint8Array): Promise<Uint8Array>;
}

/** What is handed out is a copy that has no name any more, so that it is gone once it was read or given up. */
export function createDownloads(ports: DownloadPorts): Downloads {
  const { control, redact } = ports;
  // One after the other: each reads its file twice.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const done = turn.then(action);
    turn = done.catch(() => undefined);
    return done;
  };
  const file: Downloads["file"] = async (name, anonymized) => {
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
  const bytes: Downloads["bytes"] = async (capture) => {
    if (!redact) return capture;
    return inFolder(async (folder) => {
      const [from, to] = [join(folder, "frames.pcapng"), join(folder, "capture.pcapng")];
      await writeFile(from, capture, { mode: 0o600 });
      await inTurn(() => anonymize(from, to, ports));
      return readFile(to);
    });
  };
  return { file, bytes };
}

function handedOut(write: (copy: string) => Promise<void>): Promise<CaptureDownload> {
  return inFolder(async (folder) => {
    const copy = join(folder, "capture.pcapng");
    await write(copy);
    const file = await open(copy, "r");
    const { size } = await file.stat();
    return { bytes: size, stream: file.createReadStream() };
  });
}

/** In one of its own, which is gone afterwards. */
async function inFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "cloudtap-download-"));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function anonymize(from: string, to: string, { protocols, now, application }: DownloadPorts): Promise<void> {
  const { anonymizeFile } = await import("../../recording/anonymizer.js");
  await anonymizeFile(from, to, { protocols: await protocols(), now: now(), application });
}
