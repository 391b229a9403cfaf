import { describe, expect, it } from "vitest";
import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import type { EntityDescription } from "../../../src/model/entity.js";
import type { EpochMs } from "../../../src/model/time.js";
import { websentry } from "../../../src/protocols/websentry/index.js";
import { described, setUpMetrics } from "./sink-setup.js";

const entities: readonly EntityDescription[] = [
  { key: "power", platform: "sensor", name: "Power", unit: "W" },
  { key: "energy_total", platform: "sensor", name: "Energy", unit: "kWh", total: "lifetime" },
];
const power = "cloudtap_acme_power_watts";
const energy = "cloudtap_acme_energy_joules_total";
const minute = 60_000;

function labels(device: string, channel = ""): string {
  return `device="${device}",relay="roof",protocol="acme",channel="${channel}"`;
}

describe("the values of devices", () => {
  it("stand with their device, relay and protocol", async () => {
    const { describe, read, samples } = setUpMetrics();
    describe(described("acme_1", entities));
    read("acme_1", { power: 412, energy_total: 1.5 });
    expect(await samples(power)).toEqual([`${power}{${labels("acme_1")}} 412`]);
    expect(await samples(energy)).toEqual([`${energy}{${labels("acme_1")}} 5400000`]);
  });

  it("W19: of a gauge vanish five minutes after the last live reading that had them, and counters stay", async () => {
    const { describe, read, clock, samples } = setUpMetrics();
    describe(described("acme_1", entities));
    read("acme_1", { power: 412, energy_total: 1.5 });
    clock.advance(2 * minute);
    read("acme_1", { energy_total: 1.6 });
    clock.advance(3 * minute - 2_000);
    expect(await samples(power)).toHaveLength(1);
    expect(await samples(power)).toHaveLength(1);
    expect(await samples(power)).toEqual([]);
    clock.advance(60 * minute);
    expect(await samples(energy)).toEqual([`${energy}{${labels("acme_1")}} 5760000`]);
    read("acme_1", { power: 5 });
    expect(await samples(power)).toEqual([`${power}{${labels("acme_1")}} 5`]);
  });

  it("of a device that reports seldom stay for three of its intervals", async () => {
    const { describe, read, clock, samples } = setUpMetrics();
    describe({ ...described("acme_1", entities), intervalS: 900 });
    read("acme_1", { power: 412 });
    clock.advance(45 * minute - 1_000);
    expect(await samples(power)).toHaveLength(1);
    expect(await samples(power)).toEqual([]);
  });

  it("that come each five minutes are still there when they are a little late", async () => {
    const { describe, read, clock, samples } = setUpMetrics();
    describe({ ...described("acme_1", entities), intervalS: 60 });
    read("acme_1", { power: 412 });
    clock.advance(5 * minute);
    read("acme_1", { power: 413 });
    clock.advance(5 * minute + 20_000);
    expect(await samples(power)).toHaveLength(1);
    clock.advance(3 * minute);
    expect(await samples(power)).toEqual([]);
    read("acme_1", { power: 414 });
    clock.advance(5 * minute + 2_000);
    expect(await samples(power)).toHaveLength(1);
  });

  it("are not kept longer for a gap between their reports", async () => {
    const { describe, read, clock, samples } = setUpMetrics();
    describe(described("acme_1", entities));
    read("acme_1", { power: 412 });
    clock.advance(60 * minute);
    read("acme_1", { power: 413 });
    clock.advance(5 * minute + 2_000);
    expect(await samples(power)).toEqual([]);
  });

  it("are not refreshed by stored records", async () => {
    const { describe, read, clock, samples } = setUpMetrics();
    describe(described("acme_1", entities));
    read("acme_1", { power: 412 });
    clock.advance(4 * minute);
    read("acme_1", { power: 7 }, { live: false });
    clock.advance(2 * minute);
    expect(await samples(power)).toEqual([]);
  });

  it("are not current after a restart until they are read, but for what only grows", async () => {
    const { publish, samples } = setUpMetrics();
    const description = described("acme_1", entities);
    publish({ type: "described", description });
    const values = { power: 412, energy_total: 1.5 };
    publish({ type: "state", device: description.id, values, lastSeen: 0 as EpochMs });
    expect(await samples(power)).toEqual([]);
    expect(await samples(energy)).toHaveLength(1);
  });

  it("go with a device that is removed", async () => {
    const { describe, read, remove, scrape } = setUpMetrics();
    describe(described("acme_1", entities));
    describe(described("acme_2", entities));
    read("acme_1", { power: 412, energy_total: 1.5 });
    remove("acme_1");
    const text = (await scrape()).join("\n");
    expect(text).not.toContain("acme_1");
    expect(text).toContain("acme_2");
  });

  it("W17: never mix between two devices of a kind", async () => {
    const { play, samples, publish } = setUpMetrics();
    play(websentry, 1_000, {}, 0);
    play(websentry, 1_000, { unit: "celsius" }, 1);
    const setpoints = await samples("cloudtap_websentry_room_temp_setpoint_celsius");
    expect(setpoints.map((line) => line.replace(/.*device="([^"]*)".* /, "$1 "))).toEqual([
      "websentry_0090c2000000 28.3333333333",
      "websentry_0090c2000001 28",
    ]);
    const lines = await samples("cloudtap_websentry_humidity_ratio");
    expect(new Set(lines.map((line) => line.split("} ")[0])).size).toBe(2);
    publish({ type: "removed", device: "websentry_0090c2000001" as DeviceId });
    expect(await samples("cloudtap_websentry_humidity_ratio")).toEqual([lines[0]]);
  });

  it("W16: are exposed for properties that nobody has a name for, words by their number", async () => {
    const { play, scrape } = setUpMetrics();
    play(websentry, 1_000);
    const lines = (await scrape()).filter((line) => line.startsWith("cloudtap_websentry_prop_0x"));
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.find((line) => line.startsWith("cloudtap_websentry_prop_0x0525{"))).toMatch(/ 1$/);
    expect(lines.find((line) => line.startsWith("cloudtap_websentry_prop_0x0301{"))).toMatch(/ 60$/);
  });

  it("are cut where there are too many, with one word in the log", async () => {
    const { describe, read, scrape, logs, remove } = setUpMetrics();
    const values = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`value_x${at}y`, at]));
    for (let at = 0; at < 45; at += 1) {
      describe(described(`acme_${at}`, entities));
      read(`acme_${at}`, values);
    }
    const lines = await scrape();
    expect(lines.filter((line) => line.startsWith("cloudtap_acme_value")).length).toBeLessThanOrEqual(20_000);
    expect(lines.filter((line) => line.startsWith("cloudtap_acme_value")).length).toBeGreaterThan(19_000);
    expect(lines).toContain("cloudtap_series_cut 1");
    expect(logs.of("too many series, further values are not in the metrics")).toHaveLength(1);
    const last = 'cloudtap_acme_value_x499y{device="acme_39"';
    expect(lines.some((line) => line.startsWith(last))).toBe(false);
    remove("acme_0");
    read("acme_39", values);
    expect((await scrape()).some((line) => line.startsWith(last))).toBe(true);
  });
});

describe("what is known of a device", () => {
  it("is what it is, whether it reports, and when it was last seen", async () => {
    const { describe, read, clock, samples } = setUpMetrics();
    const description: DeviceDescription = { ...described("acme_1", entities), model: 'A "B"\\C\nD', swVersion: "1.0" };
    describe(description);
    read("acme_1", { power: 1 });
    const own = 'device="acme_1",relay="roof",protocol="acme"';
    expect(await samples("cloudtap_device_info")).toEqual([
      `cloudtap_device_info{${own},name="Acme acme_1",manufacturer="",model="A \\"B\\"\\\\C\\nD",firmware="1.0",hardware="",via_device=""} 1`,
    ]);
    expect(await samples("cloudtap_device_up")).toEqual([`cloudtap_device_up{${own}} 1`]);
    expect(await samples("cloudtap_device_last_seen_timestamp_seconds")).toEqual([
      `cloudtap_device_last_seen_timestamp_seconds{${own}} ${Date.UTC(2026, 5, 21, 10) / 1000}`,
    ]);
    clock.advance(4 * minute);
    expect(await samples("cloudtap_device_up")).toEqual([`cloudtap_device_up{${own}} 0`]);
    expect(await samples("cloudtap_device_asleep")).toEqual([`cloudtap_device_asleep{${own}} 0`]);
  });

  it("says who answers it in the place of its cloud", async () => {
    const { describe, publish, clock, samples } = setUpMetrics();
    const { id: device, ...rest } = described("acme_1", entities);
    describe({ id: device, ...rest });
    const lastAnswerAt = clock.now();
    const state = { type: "state", device, values: {}, lastSeen: clock.now() } as const;
    publish({ ...state, cloud: { mode: "local", lastAnswerAt } });
    expect((await samples("cloudtap_device_cloud_local"))[0]).toMatch(/ 1$/);
    expect((await samples("cloudtap_device_cloud_last_answer_timestamp_seconds"))[0]).toContain(
      ` ${lastAnswerAt / 1000}`,
    );
    publish({ ...state, cloud: { mode: "relay" } });
    expect((await samples("cloudtap_device_cloud_local"))[0]).toMatch(/ 0$/);
  });

  it("is nothing of Cloudtap itself, which has metrics of its own", async () => {
    const { publish, scrape } = setUpMetrics();
    publish({
      type: "described",
      description: { ...described("cloudtap_bridge", entities, "cloudtap"), isBridge: true },
    });
    expect((await scrape()).join("\n")).not.toContain("cloudtap_bridge");
  });
});
