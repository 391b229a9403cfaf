import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createTrafficFiles } from "../../src/composition/traffic-files.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { createDeviceHub } from "../../src/devices/device-hub.js";
import type { Anomaly } from "../../src/model/anomaly.js";
import { bridgeId } from "../../src/model/capture.js";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { Problem } from "../../src/model/problem.js";
import { protocols } from "../../src/protocols/registry.js";
import { createBus } from "../../src/runtime/bus.js";
import { legOpening, sessionInfo } from "../support/capture-moments.js";
import { temporaryFolder } from "../support/capture-setup.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDeviceStore } from "../support/memory-device-store.js";
import { readCaptureFile } from "../support/written-capture.js";

const relays = [{ name: "deye", protocol: "solarman", upstream: "cloud.example.com:10000" }];
const session = sessionInfo("s-1", { protocol: "solarman" });

async function setUp(document: object = {}, problems: () => readonly Problem[] = () => []) {
  const dataDir = temporaryFolder();
  const configuration = validateConfiguration({ relays, ...document }, { protocols, dataDir });
  const { log } = recordLog();
  const [clock, bus] = [new FakeClock(), createBus(log)];
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => void messages.push(message));
  const usual = { offlineAfterMs: () => undefined, defaultIntervalS: () => 300 };
  const hub = createDeviceHub({ bus, clock, log, store: createMemoryDeviceStore(), ...usual });
  const files = await createTrafficFiles(configuration, { bus, clock, log, version: "1.2.3", hub, problems });
  for (const part of files.parts) await part.start();
  return {
    ...{ dataDir, bus, clock, hub, files, messages, captures: join(dataDir, "captures") },
    stop: async () => {
      for (const part of files.parts) await part.stop();
    },
    err: (kind: string): void => {
      const anomaly: Anomaly = { kind, direction: "device-to-cloud", detail: "" };
      bus.publish({ type: "anomaly", session, anomaly, at: clock.now() });
    },
  };
}

describe("what passes, as files", () => {
  it("is captured as the configuration says, and the files name the program", async () => {
    const { files, captures, stop } = await setUp({ capture: { mode: "always" } });
    files.traffic.opened(session).legOpened(legOpening("device")).received(Buffer.from("hello"));
    await stop();
    const [name = ""] = readdirSync(captures);
    expect(readCaptureFile(join(captures, name))).toMatchObject({ application: "Cloudtap 1.2.3", texts: ["hello"] });
  });

  it("leaves nothing where neither captures nor the spool are configured", async () => {
    const { files, dataDir, stop } = await setUp();
    expect(files.parts.map(({ name }) => name)).toEqual(["capture"]);
    files.traffic.opened(session).legOpened(legOpening("device")).received(Buffer.from("hello"));
    await stop();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("is spooled too where that is switched on", async () => {
    const { files, bus, dataDir, stop } = await setUp({ spool: { enabled: true } });
    expect(files.parts).toHaveLength(2);
    const reading = { device: "solarman_1" as DeviceId, measuredAt: undefined, live: true, values: { power: 412 } };
    bus.publish({ type: "reading", session, reading: { ...reading, receivedAt: session.openedAt } });
    await stop();
    expect(existsSync(join(dataDir, "spool"))).toBe(true);
    expect(existsSync(join(dataDir, "captures"))).toBe(false);
  });

  it("is weighed by the tables of the protocol, of the relay and of the devices", async () => {
    const { files, err, stop } = await setUp({ capture: { mode: "anomaly", threshold: 7 } });
    files.traffic.opened(session).legOpened(legOpening("device")).received(Buffer.from("hello"));
    const running = () => files.commands.control.status().running.map(({ reason }) => reason);
    for (const kind of ["nobody_knows", "toString", "garbage", "decoder_fault"]) err(kind);
    expect(running()).toEqual([]);
    err("total_refused");
    expect(running()).toEqual([
      expect.stringMatching(/^high incoming anomaly score 7 \(.*garbage, decoder_fault, total_refused\)$/),
    ]);
    await stop();
  });

  it("is captured on demand of the command line, for relays and devices that there are", async () => {
    const { files, hub, captures, stop } = await setUp();
    hub.introduce(inverter("solarman_1"), session);
    expect(files.commands.relays).toEqual(["deye"]);
    expect(files.commands.devices()).toEqual(["solarman_1"]);
    await files.commands.control.start({ type: "all" }, 1_000, "test");
    expect(existsSync(captures)).toBe(true);
    await stop();
  });

  it("is captured on demand over MQTT", async () => {
    const { files, messages, stop } = await setUp();
    expect(files.settings.device).toBe(files.own.id);
    expect(files.settings.keys).toHaveLength(1);
    files.settings.request(bridgeId, "capture", '{"relay": "deye", "seconds": 60}');
    await vi.waitFor(() => expect(messages.some(({ type }) => type === "write-result")).toBe(true));
    expect(files.commands.control.status().running).toMatchObject([{ target: { type: "relay", relay: "deye" } }]);
    await stop();
  });

  it("shows Cloudtap itself as a device, with what is wrong", async () => {
    const problem: Problem = {
      ...{ code: "relay_failed", severity: "error", facts: { relay: "deye" }, relay: "deye" },
      ...{ text: "It does not listen.", remedy: "Free the port." },
    };
    const { files, messages, stop } = await setUp({}, () => [problem]);
    await files.own.start();
    expect(messages.filter(({ type }) => type === "described")).toHaveLength(1);
    expect(messages.findLast(({ type }) => type === "state")).toMatchObject({
      values: { relay_deye_problem: true, relay_deye_detail: "It does not listen. Free the port.", problem: false },
    });
    await files.own.stop();
    await stop();
  });

  it("says why the spool cannot be written", async () => {
    const off = await setUp();
    expect(off.files.spoolProblem()).toBeUndefined();
    await off.stop();
    const spooling = await setUp({ spool: { enabled: true } });
    const folder = join(spooling.dataDir, "spool");
    // It may be made at this very moment.
    await vi.waitFor(() => {
      rmSync(folder, { recursive: true, force: true });
      writeFileSync(folder, "in the way");
    });
    const reading = { device: "solarman_1" as DeviceId, measuredAt: undefined, live: true, values: { power: 412 } };
    spooling.bus.publish({ type: "reading", session, reading: { ...reading, receivedAt: session.openedAt } });
    await vi.waitFor(() => expect(spooling.files.spoolProblem()).toMatch(/not a directory|exists/));
    await spooling.stop();
  });
});
