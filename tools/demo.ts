import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { freePort } from "./bench/process-probe.js";

/** Runs everything in one terminal: a cloud and a device of each kind, Cloudtap between them, its own broker. */
const secondsToWatch = Number(process.argv[2] ?? 25);
const folder = mkdtempSync(join(tmpdir(), "cloudtap-demo-"));
const [broker, web, ...ports] = await Promise.all(Array.from({ length: 8 }, () => freePort()));
const kinds = [
  { protocol: "solarman", relay: ports[0], cloud: ports[1], tls: false, options: ["speed=300", "start=8"] },
  { protocol: "websentry", relay: ports[2], cloud: ports[3], tls: false, options: [] },
  { protocol: "envoy", relay: ports[4], cloud: ports[5], tls: false, options: ["inverters=4"] },
];

const file = join(folder, "demo.yaml");
const configuration = {
  log: { level: "info" },
  data_dir: join(folder, "data"),
  mqtt: { embedded: { listen: `127.0.0.1:${broker}` } },
  web: { listen: `127.0.0.1:${web}` },
  relays: kinds.map((kind) => ({
    name: kind.protocol,
    protocol: kind.protocol,
    listen: `127.0.0.1:${kind.relay}`,
    upstream: `127.0.0.1:${kind.cloud}`,
  })),
};
writeFileSync(file, JSON.stringify(configuration));

/** Only Cloudtap's own log is shown; the simulators' would drown it. */
function cloudtap(...args: readonly string[]) {
  const output = args[0] === "run" ? "inherit" : "ignore";
  return spawn(process.execPath, ["dist/cli/cli.js", ...args], { stdio: ["ignore", output, "inherit"] });
}

const processes = kinds.map((kind) => cloudtap("simulate-cloud", kind.protocol, "--listen", `127.0.0.1:${kind.cloud}`));
const bridge = cloudtap("run", "--config", file);
await wait(2000);
processes.push(
  ...kinds.map((kind) =>
    cloudtap(
      "simulate",
      kind.protocol,
      ...["--target", `127.0.0.1:${kind.relay}`, "--interval", "5"],
      ...kind.options.flatMap((option) => ["--option", option]),
    ),
  ),
);

console.log(`\nThe page, for ${secondsToWatch} s: http://127.0.0.1:${web}/\n`);
const topics = new Map<string, string>();
const client = await connectAsync(`mqtt://127.0.0.1:${broker}`);
client.on("message", (topic, payload) => topics.set(topic, payload.toString()));
await client.subscribeAsync(["cloudtap/#", "homeassistant/#"]);
await wait(secondsToWatch * 1000);

const states = [...topics].filter(([topic]) => /^cloudtap\/[^/]+\/state$/.test(topic) && !topic.includes("/bridge/"));
const documents = [...topics.keys()].filter((topic) => topic.startsWith("homeassistant/device/"));
console.log("\nWhat to look at\n");
for (const [topic, payload] of states)
  console.log(`  ${topic}\n    ${payload.slice(0, 240)}${payload.length > 240 ? " …" : ""}`);
console.log(`\n  ${documents.length} Home Assistant devices announced:`);
for (const topic of documents) console.log(`    ${topic}`);
console.log(`\n  Watch it longer with any MQTT client:  npm run demo -- 600, and meanwhile`);
console.log(
  `    mosquitto_sub -h 127.0.0.1 -p PORT -v -t 'cloudtap/#'    (PORT is in the line "embedded broker listens")`,
);
console.log("  Point a real device here: docs/devices/. Run it for good: npm start\n");

await client.endAsync();
for (const child of [...processes, bridge]) child.kill("SIGTERM");
await Promise.all([...processes, bridge].map((child) => new Promise((resolve) => child.once("exit", resolve))));
rmSync(folder, { recursive: true, force: true });
process.exit(states.length === 0 ? 1 : 0);
