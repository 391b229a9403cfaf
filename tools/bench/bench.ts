import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { captureBudget, measureCaptureThroughput } from "./capture-throughput.js";
import { measurePageCost, pageBudget } from "./page-cost.js";
import { freePort, median, residentMb, startUntilListening, stop } from "./process-probe.js";

/** What a figure may be at most, from docs/performance.md. */
const budget = { firstListenerMs: 1000, residentMb: 90 };
const rounds = 5;
const settleMs = 4000;

interface Round {
  readonly firstListenerMs: number;
  readonly residentMb: number;
}

async function measure(args: readonly string[], port: number): Promise<Round> {
  const { child, firstListenerMs } = await startUntilListening(args, port);
  await wait(settleMs);
  const resident = residentMb(child);
  await stop(child);
  return { firstListenerMs, residentMb: resident };
}

/** With everything on, or with page, metrics and history off. */
async function measureCloudtap(folder: string, hasPage: boolean): Promise<Round> {
  const page = (listen: number | undefined) => (hasPage ? { listen: `127.0.0.1:${listen}` } : { enabled: false });
  const [port, brokerPort, websentry, envoy, web] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  if (port === undefined) throw new Error("expected a free port");
  const file = join(folder, "bench.yaml");
  const relays = [
    { name: "deye", protocol: "solarman", listen: `127.0.0.1:${port}` },
    { name: "pool", protocol: "websentry", listen: `127.0.0.1:${websentry}` },
    { name: "envoy", protocol: "envoy", listen: `127.0.0.1:${envoy}` },
  ];
  const mqtt = { embedded: { listen: `127.0.0.1:${brokerPort}` } };
  writeFileSync(
    file,
    JSON.stringify({ log: { level: "warn" }, data_dir: join(folder, "data"), mqtt, relays, web: page(web) }),
  );
  return measure(["dist/cli/cli.js", "run", "--config", file], port);
}

async function measurePlain(): Promise<Round> {
  const port = await freePort();
  return measure(["tools/bench/plain-relay.mjs", String(port), "9"], port);
}

function row(name: string, results: readonly Round[]): readonly string[] {
  const listener = median(results.map((one) => one.firstListenerMs));
  const memory = median(results.map((one) => one.residentMb));
  return [name.padEnd(34), `${listener.toFixed(0)} ms`.padStart(10), `${memory.toFixed(1)} MB`.padStart(10)];
}

/** Debian's, for the page. */
function findChromium(): string | undefined {
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
}

const folder = mkdtempSync(join(tmpdir(), "cloudtap-bench-"));
const cloudtap: Round[] = [];
const pageless: Round[] = [];
const plain: Round[] = [];
for (let round = 0; round < rounds; round += 1) {
  plain.push(await measurePlain());
  cloudtap.push(await measureCloudtap(folder, true));
  pageless.push(await measureCloudtap(folder, false));
}
const capture = await measureCaptureThroughput(join(folder, "capture"));
const pageCost = await measurePageCost(join(folder, "page"), findChromium());
rmSync(folder, { recursive: true, force: true });

const of = (results: readonly Round[], key: keyof Round) => median(results.map((one) => one[key]));
const result = {
  node: process.version,
  processors: cpus().length,
  rounds,
  plain: { firstListenerMs: of(plain, "firstListenerMs"), residentMb: of(plain, "residentMb") },
  cloudtap: { firstListenerMs: of(cloudtap, "firstListenerMs"), residentMb: of(cloudtap, "residentMb") },
  pageless: { firstListenerMs: of(pageless, "firstListenerMs"), residentMb: of(pageless, "residentMb") },
  budget,
  capture,
  captureBudget,
  pageCost,
  pageBudget,
};
console.log(
  `${"".padEnd(34)} ${"listening".padStart(10)} ${"idle".padStart(10)}   (medians of ${rounds} rounds, in turn)`,
);
console.log(row("plain Node relay", plain).join(" "));
console.log(row("Cloudtap, embedded broker, connected", cloudtap).join(" "));
console.log(row("the same without page and history", pageless).join(" "));
const ratio = (key: keyof Round) => (result.cloudtap[key] / result.plain[key]).toFixed(2);
console.log(`ratio to plain: listening ${ratio("firstListenerMs")}, idle ${ratio("residentMb")}`);
console.log(`budget: listening within ${budget.firstListenerMs} ms, idle at most ${budget.residentMb} MB`);
const speed = (name: "plain" | "none" | "always") => `${capture[name].toFixed(0)} MB/s`.padStart(10);
console.log(
  `\nbulk data over one connection         plain ${speed("plain")}   Cloudtap ${speed("none")}   capturing ${speed("always")}`,
);
const share = (capture.captured / (capture.captured + capture.dropped)) * 100;
console.log(`capturing over not capturing: ${(capture.always / capture.none).toFixed(2)}, budget ${captureBudget}`);
console.log(`packets that the disk had time for: ${share.toFixed(0)} % (the newest are kept)`);
console.log(
  `at ${capture.paced.megabytesPerSecond} MB/s: ${capture.paced.dropped} of ${capture.paced.captured + capture.paced.dropped} packets dropped`,
);
if (pageCost === undefined) console.log("an open browser: not measured, there is no Chromium");
else {
  const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
  console.log(
    `\nan open browser at ${pageCost.framesPerSecond.toFixed(0)} frames/s costs ${percent(pageCost.cost)} of a core (${percent(pageCost.withoutBrowser)} without it, ${percent(pageCost.withBrowser)} with it), budget ${percent(pageBudget.share)}`,
  );
}
console.log(JSON.stringify(result));
