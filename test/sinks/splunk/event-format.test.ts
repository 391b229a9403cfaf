import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import { protocols } from "../../../src/protocols/registry.js";
import { isTold, keepEvent } from "../../../src/sinks/splunk/event-format.js";
import { anomalyOf, at, inverterId, readingOf, sessionOf, type Told } from "./splunk-setup.js";

const keep = (message: Told, fields: "keys" | "classic" = "keys") => keepEvent(message, "id-1", fields, at);
const eventOf = (message: Told, fields: "keys" | "classic" = "keys") => keep(message, fields).event;

describe("an event for Splunk", () => {
  it("D26: is one a reading, with its own time, its device as host and its values by their keys", () => {
    const message = readingOf({ power: 412, temperature: 31.5 });
    expect(keep(message)).toEqual({
      time: 1_782_035_990,
      host: inverterId,
      event: {
        ...{ id: "id-1", kind: "reading", device: inverterId, relay: "roof", protocol: "solarman", live: true },
        ...{ measured_at: "2026-06-21T09:59:50.000Z", received_at: "2026-06-21T10:00:00.000Z" },
        ...{ power: 412, temperature: 31.5 },
      },
    });
  });

  it("has the time of a stored record, to the millisecond", () => {
    const { time, event } = keep(readingOf({ power: 1 }, { live: false, measuredAt: at - 3_600_000 + 7 }));
    expect(time).toBe((at - 3_600_000 + 7) / 1000);
    expect(event).toMatchObject({ live: false });
  });

  it.each([[undefined], [Number.NaN], [-5], [9e15]])(
    "has the time at which it came where it was measured at %s",
    (measuredAt) => {
      const { time, event } = keep(readingOf({ power: 1 }, { measuredAt }));
      expect(time).toBe(at / 1000);
      expect(event).not.toHaveProperty("measured_at");
    },
  );

  it("leaves out what is not known", () => {
    const event = eventOf(readingOf({ power: null, voltage: Number.NaN, state: false, count: 0 }));
    expect(event).toMatchObject({ state: false, count: 0 });
    expect(event).not.toHaveProperty("power");
    expect(event).not.toHaveProperty("voltage");
  });

  it("keeps its own fields whatever the values are called", () => {
    const event = eventOf(readingOf({ kind: "other", id: 1, live: "no", power: 3 }));
    expect(event).toMatchObject({ id: "id-1", kind: "reading", live: true, power: 3 });
  });

  it("hides no value of any device but the time at which it was measured", () => {
    const own = Object.keys(eventOf(readingOf({})));
    expect(own).toEqual(["id", "kind", "device", "relay", "protocol", "live", "measured_at", "received_at"]);
    const keys = protocols.flatMap(({ entities }) => entities.map(({ key }) => key));
    expect(keys).toContain("power");
    expect(keys.filter((key) => [...own, "resend"].includes(key) && key !== "measured_at")).toEqual([]);
  });

  it("D30: has the earlier tool's flat names where they are wanted, and its form of the clock", () => {
    const values = {
      ...{
        grid_current: 1.8,
        grid_voltage: 230.1,
        pv1_voltage: 33.5,
        temperature: 31.5,
        power: 412,
        energy_total: 81.8,
      },
      ...{ inverter_clock: "2026-06-21T11:59:50", wifi_signal: 70 },
    };
    expect(eventOf(readingOf(values), "classic")).toMatchObject({
      ...{ "grid.i": 1.8, "grid.v": 230.1, "pv.v.1": 33.5, "inv.degc": 31.5, "grid.active_power_w": 412 },
      ...{ "grid.kWh_total": 81.8, "meta.current_time": "2026-06-21:11:59:50", wifi_signal: 70 },
    });
    expect(eventOf(readingOf(values), "classic")).not.toHaveProperty("grid_current");
    expect(eventOf(readingOf(values))).toMatchObject({ grid_current: 1.8 });
  });

  it("D30: keeps the keys of devices that the earlier tool did not know", () => {
    const event = eventOf(readingOf({ power: 400, energy_total: 1_234 }, { protocol: "envoy" }), "classic");
    expect(event).toMatchObject({ power: 400, energy_total: 1_234 });
  });

  it("tells of what happened to a device, with what belongs to it", () => {
    const attributes = { fault_code: 3, kind: "grid", note: null };
    const event = { device: inverterId, type: "fault", at: (at + 5) as EpochMs, attributes };
    expect(keep({ type: "event", event })).toEqual({
      time: (at + 5) / 1000,
      host: inverterId,
      event: { id: "id-1", kind: "event", device: inverterId, event_type: "fault", fault_code: 3, event_kind: "grid" },
    });
  });

  it("tells of anomalies, of a device or of a relay alone", () => {
    expect(keep(anomalyOf("checksum"))).toEqual({
      time: at / 1000,
      host: inverterId,
      event: {
        ...{
          id: "id-1",
          kind: "anomaly",
          device: inverterId,
          relay: "roof",
          protocol: "solarman",
          anomaly: "checksum",
        },
        ...{ direction: "device-to-cloud", detail: "expected 4, found 5" },
      },
    });
    const session = sessionOf();
    const anomaly = { kind: "garbage", direction: "device-to-cloud" as const, detail: "" };
    expect(keep({ type: "anomaly", session, anomaly, at }).host).toBe("roof");
  });

  it("tells how a write ended", () => {
    const request = { device: inverterId, key: "active_power_limit", value: 50 };
    const applied = keep({ type: "write-result", request, result: { status: "applied", value: 51 } });
    expect(applied.event).toMatchObject({ kind: "write", key: "active_power_limit", value: 51, status: "applied" });
    const failed = keep({ type: "write-result", request, result: { status: "timeout", error: "no answer" } });
    expect(failed.event).toMatchObject({ value: 50, status: "timeout", error: "no answer" });
    expect(failed.time).toBe(at / 1000);
  });

  it("is made of nothing else that is told", () => {
    expect(isTold(readingOf({}))).toBe(true);
    expect(isTold({ type: "removed", device: "x" as DeviceId })).toBe(false);
  });

  it("holds only what JSON can carry, whatever the values are", () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), value),
        fc.constantFrom("keys" as const, "classic" as const),
        (values, fields) => {
          const { event } = keep(readingOf(values), fields);
          const back: unknown = JSON.parse(JSON.stringify(event));
          expect(Object.keys(back ?? {})).toEqual(Object.keys(event));
          expect(Object.values(back ?? {})).not.toContain(null);
        },
      ),
    );
  });
});
