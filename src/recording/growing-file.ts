import { type FileHandle, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { growingSuffix } from "../model/capture.js";
import type { Clock } from "../runtime/clock.js";
import { ifThere } from "../runtime/system-errors.js";

/** Looks at the file anew this often. */
const lookEveryMs = 500;
const chunkBytes = 64 * 1024;

/** The bytes of a file that is open, up to its end; the handle stays open. Every chunk has memory of its own. */
export async function* bytesOf(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

export interface Following {
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * The bytes of a file as they come, until another file follows it in the same folder and this one has no more, or the signal comes.
 * Returns the path of the file that follows.
 */
export async function* growingBytes(
  handle: FileHandle,
  path: string,
  { clock, signal }: Following,
): AsyncGenerator<Uint8Array, string | undefined, undefined> {
  const { ino } = await handle.stat();
  while (!signal.aborted) {
    // Asked first: what the file got before the next one was begun is then read to its end.
    const next = await successor(path, ino);
    for await (const chunk of bytesOf(handle)) {
      if (signal.aborted) return undefined;
      yield chunk;
    }
    if (next !== undefined) return next;
    await pause(lookEveryMs, clock, signal);
  }
  return undefined;
}

/** Undefined: none yet. */
async function successor(path: string, ino: number): Promise<string | undefined> {
  if (await isReplaced(path, ino)) return path;
  const folder = dirname(path);
  const own = basename(path);
  const followers = (await readdir(folder))
    .filter((name) => familyOf(name) === familyOf(own) && finishedName(name) > finishedName(own))
    .sort();
  const [first] = followers;
  return first === undefined ? undefined : join(folder, first);
}

/** Another file has its name. */
async function isReplaced(path: string, ino: number): Promise<boolean> {
  const found = await ifThere(stat(path));
  return found !== undefined && found.ino !== ino;
}

/** A file that is being written has one more ending. */
function finishedName(name: string): string {
  return name.endsWith(growingSuffix) ? name.slice(0, -growingSuffix.length) : name;
}

/** Files that follow one another have the same name but for their numbers; those of Cloudtap's own captures stand before the label. */
function familyOf(name: string): string {
  const finished = finishedName(name);
  const [, label] = /^cloudtap-\d{8}T\d{6}\.\d+Z-\d+-(.+)$/.exec(finished) ?? [];
  return label ?? finished.replaceAll(/\d+/g, "#");
}

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    // Timers of the clock keep nobody alive, but who waits here wants to.
    const awake = setInterval(() => undefined, 3_600_000);
    const finish = (): void => {
      clearInterval(awake);
      signal.removeEventListener("abort", finish);
      cancel();
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal.addEventListener("abort", finish);
    if (signal.aborted) finish();
  });
}
