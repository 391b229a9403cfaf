import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { validateConfiguration } from "../../../src/config/validate.js";
import { Application } from "../../../src/main.js";
import { protocols } from "../../../src/protocols/registry.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { runCommand } from "../../cli/test-context.js";
import { recordLog } from "../../support/log-recorder.js";
import { freePort } from "../../support/mosquitto.js";
import { Broker, Observer } from "../broker.js";
import { checkDiscovery, withoutRules } from "../discovery-rules.js";
import { deviceStream } from "../simulated-device.js";

const pcapngMagic = "0a0d0d0a";
const device = /^cloudtap\/(solarman_\d+)\/state$/;

describe("captures on demand of a running program", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-demand-"));
  const captures = join(folder, "captures");
  const config = join(folder, "cloudtap.yaml");
  const calls = new Set<Socket>();
  let broker: Broker;
  let observer: Observer;
  let cloud: Server;
  let application: Application;
  let port: number;
  let document: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    broker = await Broker.start(folder);
    cloud = createServer((socket) => {
      calls.add(socket.on("error", () => undefined));
    });
    const cloudPort = await freePort();
    await new Promise<void>((resolve) => cloud.listen(cloudPort, "127.0.0.1", resolve));
    port = await freePort();
    const relay = {
      name: "deye",
      protocol: "solarman",
      listen: `127.0.0.1:${port}`,
      upstream: `127.0.0.1:${cloudPort}`,
    };
    document = { data_dir: folder, relays: [relay], mqtt: { url: broker.url } };
    writeFileSync(config, JSON.stringify(document));
  });

  afterAll(async () => {
    for (const socket of calls) socket.destroy();
    cloud.close();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    observer = await Observer.connect(broker.url);
    application = new Application(validateConfiguration(document, { protocols, dataDir: folder }), {
      ...{ log: recordLog("warn").log, clock: systemClock, version: "1.2.3", reason: "a test" },
      broker: { url: broker.url },
    });
    await application.start();
    await application.settled();
  }

  afterEach(async () => {
    await application.stop();
    await observer.stop();
  });

  /** A device calls and reports. */
  function call(): void {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    calls.add(socket);
    for (const bytes of deviceStream("solarman", { index: 0, intervalS: 300, extra: {} })) socket.write(bytes);
  }

  /** The id of a device that calls. */
  async function named(): Promise<string> {
    call();
    const { topic } = await observer.waitForMessage((message) => device.test(message.topic));
    return device.exec(topic)?.[1] ?? "";
  }

  function run(...words: readonly string[]) {
    return runCommand([...words, "--config", config], { protocols: async () => protocols });
  }

  async function answer(topic: string): Promise<unknown> {
    const { payload } = await observer.waitForMessage((message) => message.topic === topic);
    observer.messages.splice(0);
    return JSON.parse(payload);
  }

  const files = () => readdirSync(captures).filter((name) => name.includes(".pcapng"));

  it("are not there before somebody asks for one, while Cloudtap itself is", async () => {
    await start();
    await named();
    const own = await observer.waitForState("cloudtap_bridge");
    expect(own).toMatchObject({ captures_running: 0, capture_deye: false, relay_deye_problem: false, problem: false });
  });

  it("begins and ends them over MQTT, of a device and of everything, with control off", async () => {
    await start();
    const id = await named();
    await observer.publish(`cloudtap/${id}/set/capture`, "60");
    expect(await answer(`cloudtap/${id}/response`)).toEqual({ key: "capture", value: 60, status: "applied" });
    await observer.publish("cloudtap/bridge/set/capture", '{"relay":"deye"}');
    expect(await answer("cloudtap/bridge/response")).toEqual({ key: "capture", value: 600, status: "applied" });
    const own = await observer.waitForState("cloudtap_bridge", ({ captures_running: count }) => count === 2);
    expect(own).toMatchObject({ capture_deye: true, capture_problem: false, capture_detail: null });
    call();
    await expect.poll(files).toHaveLength(2);
    await observer.publish("cloudtap/bridge/set/capture", "OFF");
    await observer.waitForState(
      "cloudtap_bridge",
      (state) => state.captures_running === 0 && state.capture_deye === false,
    );
    await expect.poll(() => files().every((name) => name.endsWith(".pcapng"))).toBe(true);
    for (const name of files()) expect(readFileSync(join(captures, name)).toString("hex", 0, 4)).toBe(pcapngMagic);
  });

  it.skipIf(withoutRules)("announces Cloudtap itself as Home Assistant wants it, again after a restart", async () => {
    await start();
    await observer.waitFor("homeassistant/device/cloudtap_bridge/config");
    await observer.waitFor("cloudtap/cloudtap_bridge/availability", (payload) => payload === "online");
    const found = checkDiscovery(observer).find(({ topic }) => topic.includes("cloudtap_bridge"));
    expect(found).toEqual({ topic: "homeassistant/device/cloudtap_bridge/config", faults: [] });
    const { components } = JSON.parse(observer.newest.get(found?.topic ?? "") ?? "");
    expect(Object.keys(components)).toEqual([
      ...["problem", "problem_detail"],
      ...["capture_problem", "capture_detail", "captures_running", "packets_captured", "packets_dropped"],
      ...["relay_deye_problem", "relay_deye_detail", "capture_deye"],
    ]);
  });

  it("obeys the switch of a relay", async () => {
    await start();
    await observer.publish("cloudtap/cloudtap_bridge/set/capture_deye", "True");
    await observer.waitForState("cloudtap_bridge", (state) => state.capture_deye === true);
    await observer.publish("cloudtap/cloudtap_bridge/set/capture_deye", "False");
    await observer.waitForState("cloudtap_bridge", (state) => state.capture_deye === false);
  });

  it("begins, lists, hands out and ends them from the command line", async () => {
    await start();
    const begun = run("capture", "start", "deye", "--seconds", "60");
    expect(await begun.exitCode).toBe(0);
    expect(begun.out()).toContain(`into ${captures}.`);
    call();
    const list = async () => {
      const listed = run("capture", "list", "--json");
      expect(await listed.exitCode).toBe(0);
      return JSON.parse(listed.out());
    };
    await expect.poll(list).toMatchObject({
      running: [{ target: { type: "relay", relay: "deye" }, reason: "on demand: command line" }],
    });
    await expect.poll(async () => (await list()).files.at(-1)?.open).toBe(true);
    const growing = join(folder, "growing.pcapng");
    expect(await run("capture", "export", "newest", growing, "--raw").exitCode).toBe(0);
    expect(statSync(growing).mode & 0o777).toBe(0o600);
    expect(await run("capture", "stop", "deye").exitCode).toBe(0);
    expect(await run("capture", "stop", "deye").exitCode).toBe(1);
    const whole = join(folder, "whole.pcapng");
    expect(await run("capture", "export", "newest", whole, "--raw").exitCode).toBe(0);
    const bytes = readFileSync(growing);
    expect(readFileSync(whole).subarray(0, bytes.length)).toEqual(bytes);
    expect(bytes.toString("hex", 0, 4)).toBe(pcapngMagic);
    const shared = join(folder, "shared.pcapng");
    expect(await run("capture", "export", "newest", shared).exitCode).toBe(0);
    const [, serial = ""] = /device=solarman_(\d+)/.exec(readFileSync(whole, "latin1")) ?? [];
    expect(Number(serial)).toBeGreaterThan(0);
    expect(readFileSync(shared).includes(serial)).toBe(false);
    expect(readFileSync(shared).includes(Buffer.from(Uint32Array.of(Number(serial)).buffer))).toBe(false);
    expect(readFileSync(shared).includes("device=solarman_")).toBe(true);
  });

  it("streams what passes to a reader, and writes nothing to disk", async () => {
    await start();
    const before = files();
    const output = new PassThrough();
    const chunks: Buffer[] = [];
    output.on("data", (chunk: Buffer) => chunks.push(chunk));
    const tapping = runCommand(["tap", "deye", "--config", config], {
      ...{ protocols: async () => protocols, bytes: () => output },
    });
    await expect.poll(() => chunks.length).toBeGreaterThan(0);
    call();
    await expect.poll(() => Buffer.concat(chunks).includes("relay=deye")).toBe(true);
    tapping.interrupt();
    expect(await tapping.exitCode).toBe(0);
    expect(Buffer.concat(chunks).toString("hex", 0, 4)).toBe(pcapngMagic);
    expect(files()).toEqual(before);
    const unknown = run("tap", "deyee");
    expect(await unknown.exitCode).toBe(1);
    expect(unknown.err()).toContain("did you mean deye?");
  });
});
