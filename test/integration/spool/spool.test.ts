import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SessionLogReader } from "../../../src/wire/session-log-reader.js";
import { Broker, Observer } from "../broker.js";
import { joulesIn, rounds } from "../device-rounds.js";
import { PlayedDevice } from "../played-device.js";
import { cloudtapCommand, Program, temporaryFolder } from "../program.js";

const run = promisify(execFile);

const relays = [
  { name: "roof", protocol: "envoy", cloud: "local" },
  { name: "pool", protocol: "websentry", cloud: "local" },
];

describe("the spool of a running Cloudtap", () => {
  const folder = temporaryFolder();
  const spool = join(folder.path, "data", "spool");
  let program: Program;
  let envoy: PlayedDevice;
  /** Where the Envoy calls. */
  let port = 0;

  const dial = async (): Promise<Socket> => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return socket;
  };

  beforeAll(async () => {
    program = await Program.start({ folder: folder.path, relays, extra: { spool: { enabled: true } } });
    port = program.port("roof");
    envoy = new PlayedDevice({ protocol: "envoy", dial, extra: { inverters: "3" } });
    for (let report = 0; report < 3; report += 1) await rounds.envoy.play(envoy);
    await rounds.websentry.play(new PlayedDevice({ protocol: "websentry", port: program.port("pool") }));
    expect(await program.end()).toBe(0);
  });

  afterAll(() => folder.remove());

  const files = (relay: string, ending: string): readonly string[] => {
    const found = readdirSync(join(spool, relay), { recursive: true, encoding: "utf8" });
    return found.filter((name) => name.endsWith(ending)).map((name) => join(spool, relay, name));
  };

  const imported = async (config: string): Promise<string> => {
    const [command, args] = cloudtapCommand("import", join(spool, "roof"), "--config", config);
    return (await run(command, args)).stdout.trimEnd();
  };

  const energyWh = (): number => joulesIn(envoy.sessions.flatMap(({ sent }) => sent)) / 3600;

  it("holds report, request and answer of each exchange, for its owner alone", () => {
    for (const ending of [".xml", ".request", ".response"]) {
      const found = files("roof", ending);
      expect(found).toHaveLength(3);
      for (const file of found) expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const stems = new Set(files("roof", "").flatMap((file) => /\/([^/]+Z-\d+)\./.exec(file)?.[1] ?? []));
    expect(stems.size).toBe(3);
    for (const file of files("roof", ".xml")) expect(readFileSync(file, "utf8")).toContain("<perf_report");
    for (const file of files("roof", ".response")) expect(readFileSync(file, "utf8")).toContain('status="success"');
  });

  it("holds the unit's session as the earlier exporter would have written it", () => {
    const [log = ""] = files("pool", ".raw-log.json");
    const items = new SessionLogReader().push(readFileSync(log));
    expect(items.map(({ type }) => type)).toEqual(["session"]);
    const [item] = items;
    const frames = item?.type === "session" ? item.session.frames : [];
    expect(frames.length).toBeGreaterThan(4);
    for (const { bytes } of frames) expect(Buffer.from(bytes.subarray(0, 2)).toString("hex")).toBe("7083");
  });

  it("holds every reading as a line", () => {
    const lines = [...files("roof", ".jsonl"), ...files("pool", ".jsonl")].flatMap((file) =>
      readFileSync(file, "utf8").trimEnd().split("\n"),
    );
    const readings = lines.map((line) => JSON.parse(line));
    expect(new Set(readings.map(({ protocol }) => protocol))).toEqual(new Set(["envoy", "websentry"]));
    expect(readings.some(({ live }) => live === false) || readings.every(({ live }) => live === true)).toBe(true);
    const totals = readings.flatMap(({ device, values }) =>
      device === rounds.envoy.id(0) ? [values.energy_total ?? 0] : [],
    );
    expect(Math.max(...totals)).toBeCloseTo(energyWh(), 2);
  });

  it("is decoded again without being told what it is", async () => {
    const [command, args] = cloudtapCommand(
      "decode",
      "--json",
      ...files("roof", ".request"),
      ...files("pool", ".raw-log.json"),
    );
    const { stdout } = await run(command, args);
    expect(stdout).toContain(rounds.envoy.id(0));
    expect(stdout).toContain(rounds.websentry.id(0));
  });

  it("is counted by another Cloudtap that does not run, and once", async () => {
    const other = temporaryFolder();
    const fresh = await Program.start({ folder: other.path, relays });
    expect(await fresh.end()).toBe(0);
    const first = (await imported(fresh.file)).split("\n");
    expect(first.at(-1)).toContain("after the start of Cloudtap, which is not running");
    const [, added = ""] = / ([\d.]+) Wh added/.exec(first.at(-2) ?? "") ?? [];
    expect(Number(added)).toBeCloseTo(energyWh(), 2);
    expect(await imported(fresh.file)).toMatch(/ 0 new intervals, \d+ known, 0 Wh added$/);
    other.remove();
  });

  it("is counted by the running Cloudtap, without power and events, before the next report", async () => {
    const other = temporaryFolder();
    const broker = await Broker.start(other.path);
    const observer = await Observer.connect(broker.url);
    const running = await Program.start({ folder: other.path, mqttUrl: broker.url, relays });
    const id = rounds.envoy.id(0);
    const first = (await imported(running.file)).split("\n");
    expect(first.at(-1)).toBe("Home Assistant shows it with the next report.");
    expect(await imported(running.file)).toMatch(/ 0 new intervals, \d+ known, 0 Wh added$/);
    expect(observer.messages.filter(({ topic }) => topic.includes(id))).toEqual([]);
    port = running.port("roof");
    await rounds.envoy.play(envoy);
    const state = await observer.waitForState(id, rounds.envoy.shown(envoy));
    expect(Number(state.energy_total)).toBeCloseTo(energyWh(), 2);
    expect(await running.end()).toBe(0);
    await observer.stop();
    await broker.stop();
    other.remove();
  });
});
