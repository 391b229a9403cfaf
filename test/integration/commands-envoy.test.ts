import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Player } from "../../src/model/protocol.js";
import { Broker, Observer } from "./broker.js";
import { commandPolicies, relayOf } from "./command-policies.js";
import { joulesIn, rounds } from "./device-rounds.js";
import { waitForEvents } from "./events.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

const tasks = [
  { class: "firmware", task: '<firmware_update id="7" version="R3.18"/>', text: "cloud sent the task firmware_update" },
  { class: "server", task: "<report_server/>", text: "cloud sent the task report_server" },
  { class: "reboot", task: "<reboot_envoy/>", text: "cloud sent the task reboot_envoy" },
] as const;

describe.each(tasks)("a $class task in the vendor's answer to an Envoy", ({ class: wanted, task, text }) => {
  const folder = temporaryFolder();
  let broker: Broker;
  let observer: Observer;
  let cloud: FaultyCloud;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await FaultyCloud.start({ protocol: "envoy", says: () => tasking(task) });
    const relays = commandPolicies.map((policy) => {
      return { name: relayOf(policy), protocol: "envoy", upstream: cloud.upstream, ...policy.keys };
    });
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  it.each(commandPolicies.map((policy, index) => ({ ...policy, index })))("$policy", async (policy) => {
    const { index, blocks } = policy;
    const device = new PlayedDevice({ protocol: "envoy", port: program.port(relayOf(policy)), index });
    const before = cloud.sessions.length;
    await rounds.envoy.play(device);
    const [session] = cloud.sessions.slice(before);
    const reason = blocks[wanted];
    // Blocked or not, the Envoy's report is acknowledged: it must not come again.
    expect(rounds.envoy.faults(device.session)).toEqual([]);
    expect(session?.received).toEqual(device.session.sent);
    const isAsSaid = device.session.received[0]?.equals(session?.sent[0] ?? Buffer.alloc(0));
    expect(isAsSaid).toBe(reason === undefined);
    const [event] = await waitForEvents(observer, rounds.envoy.id(index), "command", 1);
    const verdict = reason === undefined ? { blocked: false } : { blocked: true, reason };
    expect(event).toEqual({ text, classes: ["ack", wanted], ...verdict, direction: "cloud-to-device" });
    const state = await observer.waitForState(rounds.envoy.id(index), rounds.envoy.shown(device));
    expect(state.energy_total).toBeCloseTo(joulesIn(device.session.sent) / 3600, 3);
  });
});

/** The vendor's cloud, with a task in each answer. */
function tasking(task: string): Player {
  return {
    connected: () => [],
    received: () => {
      const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<perf_report_response status="success">${task}</perf_report_response>\n`;
      const body = deflateSync(xml);
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/x-deflate\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
      return [{ type: "send", bytes: Buffer.concat([Buffer.from(head), body]) }, { type: "end" }];
    },
    woken: () => [],
    disconnected: () => [],
  };
}
