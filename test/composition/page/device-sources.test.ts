import { describe, expect, it } from "vitest";
import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import { sessionInfo } from "../../support/capture-moments.js";
import { inverter } from "../../support/hub-setup.js";
import { setUpPage } from "./page-setup.js";

const session = sessionInfo("s-1", { relay: "roof" });

function reporting(id: string, more: Partial<DeviceDescription> = {}, setup = setUpPage()) {
  const device = id as DeviceId;
  const description = inverter(id, {
    entities: [
      { key: "power", platform: "sensor", name: "Power", unit: "W", stateClass: "measurement" },
      {
        key: "energy_total",
        platform: "sensor",
        name: "Energy",
        unit: "kWh",
        deviceClass: "energy",
        total: "lifetime",
      },
    ],
    ...more,
  });
  setup.bus.publish({ type: "device", session, update: { description } });
  const read = (power: number, energy: number): void => {
    const now = setup.clock.now();
    const values = { power, energy_total: energy };
    setup.bus.publish({
      type: "reading",
      session,
      reading: { device, measuredAt: now, receivedAt: now, live: true, values },
    });
  };
  return { ...setup, device, read };
}

describe("devices of the page", () => {
  it("come by name, each followed by those behind it", async () => {
    const setup = setUpPage();
    reporting("b_gateway", { name: "B" }, setup);
    reporting("inner_2", { name: "Z", viaDevice: "b_gateway" as DeviceId }, setup);
    reporting("inner_1", { name: "A inner", viaDevice: "b_gateway" as DeviceId }, setup);
    reporting("a_logger", { name: "A" }, setup);
    const { devices } = await setup.sources.overview();
    expect(devices.map(({ id }) => id)).toEqual(["a_logger", "b_gateway", "inner_1", "inner_2"]);
    expect(await setup.sources.device("b_gateway")).toMatchObject({ children: ["inner_2", "inner_1"] });
  });

  it("have a past and days of energy", async () => {
    const { sources, clock, read, device } = reporting("solarman_1");
    for (let step = 0; step < 4; step += 1) {
      read(100 + step, 10 + step / 100);
      clock.advance(300_000);
    }
    const view = await sources.device(device);
    expect(view).toMatchObject({ charted: ["power", "energy_total"], hasEnergy: true, hasProperties: false });
    expect(view?.sparkline).toMatchObject({ key: "power", name: "Power", unit: "W" });
    const history = await sources.history(device, ["power"], 48);
    expect(history?.series).toMatchObject([{ key: "power", name: "Power", unit: "W" }]);
    expect(history?.series[0]?.points.map(([, value]) => value)).toEqual([100, 101, 102, 103]);
    const energy = await sources.energy(device, 7);
    expect(energy).toMatchObject({ key: "energy_total", name: "Energy" });
    expect(energy?.days).toHaveLength(7);
    expect(energy?.days.at(-1)).toMatchObject({ complete: false });
  });

  it("have neither where no history is kept", async () => {
    const { sources, read, device } = reporting("solarman_1", {}, setUpPage({ web: { history_hours: 0 } }));
    read(100, 10);
    expect(await sources.device(device)).toMatchObject({ charted: [], hasEnergy: false });
    expect(await sources.history(device, [], 48)).toBeUndefined();
    expect(await sources.energy(device, 7)).toBeUndefined();
  });

  it("have a table of properties where their protocol has one", async () => {
    const setup = setUpPage();
    const facts = { statistics: { humidity: [4, 2, 1_000, "01f4"] } };
    const description = inverter("websentry_1", { protocol: "websentry" });
    setup.bus.publish({ type: "device", session, update: { description, facts } });
    expect(await setup.sources.properties("websentry_1")).toMatchObject([{ key: "humidity", queries: 4, changes: 2 }]);
    expect(await setup.sources.propertiesMarkdown("websentry_1")).toContain("| Room humidity |");
    expect(await setup.sources.device("websentry_1")).toMatchObject({ hasProperties: true });
  });

  it("are none where nobody knows them", async () => {
    const { sources } = setUpPage();
    const asked = [
      ...[sources.device("x"), sources.history("x", [], 1), sources.energy("x", 1), sources.properties("x")],
      ...[sources.propertiesMarkdown("x"), sources.events("x")],
    ];
    expect(await Promise.all(asked)).toEqual(asked.map(() => undefined));
  });
});
