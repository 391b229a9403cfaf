import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, median, startUntilListening, stop } from "./process-probe.js";

const run = promisify(execFile);
const peer = "tools/bench/bulk-peer.mjs";
const megabytes = 1_500;
const rounds = 5;

/** Of the throughput without a capture, from docs/performance.md. */
export const captureBudget = 0.6;

export interface CaptureThroughput {
  /** Megabytes a second over one connection, medians. */
  readonly plain: number;
  readonly none: number;
  readonly always: number;
  /** Packets that the disk was too slow for, of the rounds with `always`. */
  readonly dropped: number;
  readonly captured: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Bulk data over one connection: a plain relay, Cloudtap, and Cloudtap that captures both legs, in turn. */
export async function measureCaptureThroughput(folder: string): Promise<CaptureThroughput> {
  const sinkPort = await freePort();
  const sink = spawn(process.execPath, [peer, "sink", String(sinkPort)], { stdio: "inherit" });
  const plain = await startPlain(sinkPort);
  const none = await startCloudtap(join(folder, "none"), sinkPort, "none");
  const always = await startCloudtap(join(folder, "always"), sinkPort, "always");
  const speeds: Record<"plain" | "none" | "always", number[]> = { plain: [], none: [], always: [] };
  for (let round = 0; round < rounds; round += 1) {
    speeds.plain.push(await transfer(plain));
    speeds.none.push(await transfer(none));
    speeds.always.push(await transfer(always));
  }
  for (const { child } of [plain, none, always]) await stop(child);
  await stop(sink);
  const counts = await countsOf(join(folder, "always", "captures"));
  rmSync(folder, { recursive: true, force: true });
  return { plain: median(speeds.plain), none: median(speeds.none), always: median(speeds.always), ...counts };
}

async function transfer({ port }: Running): Promise<number> {
  const { stdout } = await run(process.execPath, [peer, "source", String(port), String(megabytes)]);
  return Number(stdout);
}

async function startPlain(sinkPort: number): Promise<Running> {
  const port = await freePort();
  const { child } = await startUntilListening(["tools/bench/plain-relay.mjs", String(port), String(sinkPort)], port);
  return { child, port };
}

async function startCloudtap(folder: string, sinkPort: number, mode: string): Promise<Running> {
  const [port, broker] = [await freePort(), await freePort()];
  const file = `${folder}.yaml`;
  const relay = { name: "bulk", protocol: "raw", listen: `127.0.0.1:${port}`, upstream: `127.0.0.1:${sinkPort}` };
  const configuration = {
    ...{ log: { level: "warn" }, data_dir: folder, capture: { mode }, relays: [relay] },
    mqtt: { embedded: { listen: `127.0.0.1:${broker}` } },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const { child } = await startUntilListening(["dist/cli/cli.js", "run", "--config", file], port);
  return { child, port };
}

/** Of the files that are left, from their own statistics. */
async function countsOf(folder: string): Promise<{ readonly captured: number; readonly dropped: number }> {
  let [captured, dropped] = [0, 0];
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".pcapng"))) {
    const text = (await run("strings", ["-n", "12", join(folder, name)], { maxBuffer: 1e9 })).stdout;
    for (const [, more, lost] of text.matchAll(/leg: (\d+) packets captured, (\d+) dropped/g)) {
      captured += Number(more);
      dropped += Number(lost);
    }
  }
  return { captured, dropped };
}
