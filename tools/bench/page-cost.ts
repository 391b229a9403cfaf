import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "playwright-core";
import type { EpochMs } from "../../src/model/time.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import type { SessionsView } from "../../src/web/api-types.js";
import { freePort, median, startUntilListening, stop } from "./process-probe.js";

/** Share of a processor core that one open browser may cost at ten frames a second. */
export const pageBudget = { share: 0.05 };

export interface PageCost {
  /** Shares of a core, medians over the rounds. */
  readonly withoutBrowser: number;
  readonly withBrowser: number;
  readonly cost: number;
  readonly framesPerSecond: number;
}

const rounds = 3;
const settleMs = 4_000;
const windowMs = 10_000;
const ticksPerSecond = 100;

/**
 * What an open browser costs the program while a session of ten frames a second is looked at, frame by frame: processor time with it less that
 * without, in turn. The browser's own is not in it. Undefined: there is no Chromium.
 */
export async function measurePageCost(
  folder: string,
  executablePath: string | undefined,
): Promise<PageCost | undefined> {
  if (executablePath === undefined) return undefined;
  const [relay, cloud, broker, web] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const file = join(`${folder}-page.yaml`);
  const configuration = {
    ...{ log: { level: "warn" }, data_dir: `${folder}-page-data`, web: { listen: `127.0.0.1:${web}` } },
    mqtt: { embedded: { listen: `127.0.0.1:${broker}` } },
    relays: [{ name: "deye", protocol: "solarman", listen: `127.0.0.1:${relay}`, upstream: `127.0.0.1:${cloud}` }],
  };
  writeFileSync(file, JSON.stringify(configuration));
  const vendor = cloudtap("simulate-cloud", "solarman", "--listen", `127.0.0.1:${cloud}`);
  const { child } = await startUntilListening(["dist/cli/cli.js", "run", "--config", file], web);
  const device = await keepReporting(relay);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = `http://127.0.0.1:${web}`;
  try {
    await wait(settleMs);
    const without: number[] = [];
    const open: number[] = [];
    const speeds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      without.push(await shareOfCore(child));
      const view = await browser.newPage();
      const { session, frames } = await openSession(page);
      await view.goto(`${page}/#/session/${session}`);
      await wait(settleMs);
      const before = await openSession(page);
      open.push(await shareOfCore(child));
      speeds.push(((await openSession(page)).frames - before.frames) / (windowMs / 1_000));
      if (before.frames === frames) throw new Error("expected frames to pass");
      await view.close();
    }
    const [withoutBrowser, withBrowser] = [median(without), median(open)];
    const cost = Math.max(0, withBrowser - withoutBrowser);
    return { withoutBrowser, withBrowser, cost, framesPerSecond: median(speeds) };
  } finally {
    await browser.close();
    device.end();
    for (const one of [vendor, child]) await stop(one);
  }
}

/** A logger on one connection that sends its report five times a second. Each is answered: ten frames. */
async function keepReporting(port: number): Promise<{ end(): void }> {
  const report = reportOfLogger();
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  socket.resume();
  const timer = setInterval(() => socket.write(report), 200);
  return {
    end() {
      clearInterval(timer);
      socket.destroy();
    },
  };
}

/** The longest of what a simulated logger says in its first minutes. */
function reportOfLogger(): Uint8Array {
  const player = solarman.createDeviceSimulator?.({ index: 0, intervalS: 5, extra: { start: "12" } });
  if (player === undefined) throw new Error("expected a simulator of loggers");
  let now = Date.now();
  const said = [...player.connected(now as EpochMs)];
  for (let step = 0; step < 50; step += 1) {
    now += 5_000;
    said.push(...player.woken(now as EpochMs));
  }
  const frames = said.flatMap((action) => (action.type === "send" ? [Uint8Array.from(action.bytes)] : []));
  const longest = frames.toSorted((one, other) => other.length - one.length)[0];
  if (longest === undefined) throw new Error("expected the logger to say something");
  return longest;
}

function cloudtap(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["dist/cli/cli.js", ...args], { stdio: "ignore" });
}

/** Processor time over a window of wall-clock time. */
async function shareOfCore(child: ChildProcess): Promise<number> {
  const [from, ticks] = [performance.now(), ticksOf(child)];
  await wait(windowMs);
  return (ticksOf(child) - ticks) / ticksPerSecond / ((performance.now() - from) / 1_000);
}

/** User and system time, as /proc/PID/stat counts it. */
function ticksOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

async function openSession(page: string): Promise<{ readonly session: string; readonly frames: number }> {
  const response = await fetch(`${page}/api/sessions`);
  const { open }: SessionsView = JSON.parse(await response.text());
  const [first] = open;
  if (first === undefined) throw new Error("expected an open session");
  return { session: first.id, frames: first.frames };
}
