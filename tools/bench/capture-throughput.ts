import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, median, startUntilListening, stop } from "./process-probe.js";

const run = promisify(execFile);
const peer = "tools/bench/bulk-peer.mjs";
const megabytes = 1_500;
const rounds = 5;
const warmUpRounds = 5;
const pacedSeconds = 5;

/** Of the throughput without a capture, from docs/performance.md. */
export const captureBudget = 0.6;

/** What a gigabit line carries at most is 119; devices send some bytes a minute. */
const pacedMegabytesPerSecond = 60;

interface PacketCounts {
  readonly captured: number;
  /** The disk was too slow for them. */
  readonly dropped: number;
}

export interface CaptureThroughput extends PacketCounts {
  /** Megabytes a second over one connection as fast as it goes, medians. */
  readonly plain: number;
  readonly none: number;
  readonly always: number;
  readonly paced: PacketCounts & { readonly megabytesPerSecond: number };
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Bulk data over one connection: a plain relay, Cloudtap, and Cloudtap that captures both legs, in turn. */
export async function measureCaptureThroughput(folder: string): Promise<CaptureThroughput> {
  mkdirSync(folder);
  const sinkPort = await freePort();
  const sink = spawn(process.execPath, [peer, "sink", String(sinkPort)], { stdio: "inherit" });
  const plain = await startPlain(sinkPort);
  const none = await startCloudtap(join(folder, "none"), sinkPort, "none");
  const always = await startCloudtap(join(folder, "always"), sinkPort, "always");
  const speeds: Record<"plain" | "none" | "always", number[]> = { plain: [], none: [], always: [] };
  // A relay that has just begun is half as fast: its code is not compiled yet.
  for (let round = 0; round < warmUpRounds; round += 1) for (const one of [plain, none, always]) await transfer(one);
  for (let round = 0; round < rounds; round += 1) {
    speeds.plain.push(await transfer(plain));
    speeds.none.push(await transfer(none));
    speeds.always.push(await transfer(always));
  }
  for (const { child } of [plain, none, always]) await stop(child);
  const counts = countsIn(join(folder, "always.log"));
  const paced = await startCloudtap(join(folder, "paced"), sinkPort, "always");
  await transfer(paced, pacedMegabytesPerSecond);
  for (const child of [paced.child, sink]) await stop(child);
  return {
    ...{ plain: median(speeds.plain), none: median(speeds.none), always: median(speeds.always), ...counts },
    paced: { megabytesPerSecond: pacedMegabytesPerSecond, ...countsIn(join(folder, "paced.log")) },
  };
}

/** `megabytesPerSecond`: no more than that, for five seconds; absent: as fast as it goes. */
async function transfer({ port }: Running, megabytesPerSecond?: number): Promise<number> {
  const words =
    megabytesPerSecond === undefined ? [megabytes] : [megabytesPerSecond * pacedSeconds, megabytesPerSecond];
  const { stdout } = await run(process.execPath, [peer, "source", String(port), ...words.map(String)]);
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
    ...{ log: { level: "info" }, data_dir: folder, capture: { mode }, relays: [relay] },
    mqtt: { embedded: { listen: `127.0.0.1:${broker}` } },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const log = openSync(`${folder}.log`, "w");
  const { child } = await startUntilListening(["dist/cli/cli.js", "run", "--config", file], port, log);
  closeSync(log);
  return { child, port };
}

/** Of all captures that have ended. */
function countsIn(log: string): PacketCounts {
  const ended = readFileSync(log, "utf8").matchAll(/"captured":(\d+),"dropped":(\d+)/g);
  return [...ended].reduce(
    (sum, [, captured, dropped]) => ({
      captured: sum.captured + Number(captured),
      dropped: sum.dropped + Number(dropped),
    }),
    { captured: 0, dropped: 0 },
  );
}
