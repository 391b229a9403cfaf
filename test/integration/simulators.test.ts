import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/mosquitto.js";
import { Broker, Observer } from "./broker.js";
import { checkDiscovery, withoutRules } from "./discovery-rules.js";
import { Program, temporaryFolder } from "./program.js";

const kinds = [
  { protocol: "solarman", device: /^solarman_\d{10}$/, key: "energy_total", options: [] },
  { protocol: "websentry", device: /^websentry_[0-9a-f]{12}$/, key: "humidity", options: [] },
  { protocol: "envoy", device: /^envoy_\d{12}$/, key: "energy_total", options: ["--option", "inverters=3"] },
] as const;

describe("simulated devices and clouds around the program", () => {
  const folder = temporaryFolder();
  const children: ChildProcess[] = [];
  const clouds = new Map<string, number>();
  let broker: Broker;
  let observer: Observer;
  let program: Program;

  function cloudtap(...args: readonly string[]): void {
    children.push(spawn(process.execPath, ["dist/cli/cli.js", ...args], { stdio: "ignore" }));
  }

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    for (const { protocol } of kinds) clouds.set(protocol, await freePort());
    const relays = kinds.map(({ protocol }) => ({
      name: protocol,
      protocol,
      upstream: `127.0.0.1:${clouds.get(protocol)}`,
    }));
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
    for (const { protocol, options } of kinds) {
      const port = clouds.get(protocol) ?? 0;
      cloudtap("simulate-cloud", protocol, "--listen", `127.0.0.1:${port}`);
      await listens(port);
      cloudtap("simulate", protocol, "--target", `127.0.0.1:${program.port(protocol)}`, "--interval", "2", ...options);
    }
  });

  afterAll(async () => {
    await Promise.all(children.map(end));
    expect(await program.end()).toBe(0);
    await observer.stop();
    await broker.stop();
    folder.remove();
  });

  it.each(kinds)(
    "D09 D11: the $protocol cloud answers its device, which has no open port, and MQTT has the readings",
    async (kind) => {
      const topic = await observer.waitForMessage(({ topic: name, payload }) => {
        const [, device = "", last] = name.split("/");
        if (last !== "state" || !kind.device.test(device) || payload === "") return false;
        const state: Record<string, unknown> = JSON.parse(payload);
        return typeof state[kind.key] === "number";
      });
      expect(topic.topic).toMatch(/^cloudtap\//);
      const answered = (line: { readonly msg: string; readonly [field: string]: unknown }): boolean =>
        line.relay === kind.protocol && line.msg === "frame" && line.direction === "cloud-to-device";
      expect(await program.waitForLog(answered)).toBeDefined();
    },
  );

  it("W20: counts the sessions of each relay", async () => {
    const counts = await observer.waitFor("cloudtap/bridge/info", (payload) => {
      const info: { relays: { name: string; sessions_ended: number }[] } = JSON.parse(payload);
      return info.relays.some((relay) => relay.name === "websentry" && relay.sessions_ended > 0);
    });
    expect(counts).toContain('"started":');
  });

  it.skipIf(withoutRules)("announces each of them as Home Assistant wants it", () => {
    expect(checkDiscovery(observer).filter((document) => document.faults.length > 0)).toEqual([]);
  });
});

function listens(port: number): Promise<void> {
  return new Promise((resolve) => {
    const attempt = (): void => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.once("connect", () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", () => setTimeout(attempt, 50));
    };
    attempt();
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
}
