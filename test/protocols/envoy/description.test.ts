import { expect, it } from "vitest";
import { emptyBooks } from "../../../src/protocols/envoy/books.js";
import { describeEnvoy, describeInverter } from "../../../src/protocols/envoy/description.js";
import { noon } from "./reports.js";

function known() {
  const books = emptyBooks();
  books.identity = {
    reportedAt: noon,
    partNum: "800-00069-r05",
    swVersion: "R3.12.34 (2e8bfe)",
    timezone: "US/Pacific",
  };
  return books;
}

it("describes the Envoy by its part and firmware, and the array's entities", () => {
  const description = describeEnvoy(known(), "121319013553");
  expect(description).toMatchObject({
    id: "envoy_121319013553",
    name: "Envoy 013553",
    manufacturer: "Enphase",
    model: "800-00069-r05",
    swVersion: "R3.12.34 (2e8bfe)",
    serialNumber: "121319013553",
    sleep: { availableAsleep: true, powerKey: "power", timezone: "US/Pacific" },
  });
  expect(description.intervalS).toBeUndefined();
  const energyToday = description.entities.find(({ key }) => key === "energy_today");
  expect([energyToday?.total, energyToday?.stateClass]).toEqual(["daily", undefined]);
});

it("describes an inverter behind its Envoy, with a guess of nothing", () => {
  const books = known();
  const description = describeInverter(books, "121333003009", 1, "121319013553");
  expect(description).toMatchObject({
    id: "envoy_pcu_121333003009",
    name: "Microinverter 003009",
    model: "Microinverter",
    viaDevice: "envoy_121319013553",
    eventTypes: [],
  });
  books.inverters.set("121333003009", { partNum: "800-00107-r01" });
  expect(describeInverter(books, "121333003009", 1, "1").model).toBe("800-00107-r01");
  expect(description.entities.some(({ key }) => key.startsWith("channel2_"))).toBe(false);
});

it("gives a twin the entities of both channels", () => {
  const keys = describeInverter(known(), "121", 2, "1").entities.map(({ key }) => key);
  expect(keys).toEqual(
    expect.arrayContaining(["power", "channel2_power", "channel2_energy_total", "channel2_condition_flags"]),
  );
  expect(new Set(keys).size).toBe(keys.length);
});

it("expects an Envoy on a slow line four times a day, and takes an unknown time zone for none", () => {
  const books = known();
  books.gridS = 900;
  books.identity = { reportedAt: noon, timezone: "Mars/Olympus" };
  const { intervalS, sleep, model } = describeEnvoy(books, "1");
  expect([intervalS, sleep?.timezone, model]).toEqual([21_600, undefined, "Envoy"]);
});
