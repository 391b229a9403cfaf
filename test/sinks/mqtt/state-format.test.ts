import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { StateFormat } from "../../../src/sinks/mqtt/state-format.js";

const at = Date.UTC(2026, 5, 21, 10) as EpochMs;

describe("the state of a device", () => {
  it("has every announced key, null where it is unknown, then the others", () => {
    const format = new StateFormat(["ac_power", "energy_total"], "connection");
    const snapshot = {
      values: { extra: "x", ac_power: 412 },
      lastSeen: at,
      status: "online",
      cloud: undefined,
    } as const;
    expect(format.toJson(snapshot)).toBe(
      '{"ac_power":412,"energy_total":null,"extra":"x","last_seen":"2026-06-21T10:00:00.000Z","connection_status":"online"}',
    );
  });

  it("is null where nothing is known", () => {
    const snapshot = { values: {}, lastSeen: undefined, status: undefined, cloud: undefined };
    expect(new StateFormat([], "connection").toJson(snapshot)).toBe('{"last_seen":null,"connection_status":null}');
  });

  it("tells of the cloud where the device has one of its own", () => {
    const format = new StateFormat([], "connection and cloud");
    const nothing = { values: {}, lastSeen: undefined, status: undefined };
    const cloud = { mode: "local", lastAnswerAt: at } as const;
    expect(format.toJson({ ...nothing, cloud })).toBe(
      '{"last_seen":null,"connection_status":null,"cloud_mode":"local","cloud_last_answer":"2026-06-21T10:00:00.000Z"}',
    );
    expect(JSON.parse(format.toJson({ ...nothing, cloud: undefined }))).toMatchObject({
      cloud_mode: null,
      cloud_last_answer: null,
    });
  });

  it("has nothing besides its values where it is Cloudtap's own", () => {
    const snapshot = { values: { captures_running: 1 }, lastSeen: at, status: "online", cloud: undefined } as const;
    expect(new StateFormat(["problem"], "nothing").toJson(snapshot)).toBe('{"problem":null,"captures_running":1}');
  });

  it("leaves what the bridge says to the bridge", () => {
    const format = new StateFormat(["last_seen", "cloud_mode"], "connection");
    const values = { last_seen: 1, connection_status: "x", cloud_mode: "y", cloud_last_answer: 2 };
    const snapshot = { values, lastSeen: at, status: "asleep", cloud: undefined } as const;
    expect(format.toJson(snapshot)).toBe('{"last_seen":"2026-06-21T10:00:00.000Z","connection_status":"asleep"}');
  });

  it("is what JSON would make of it, whatever keys and values are", () => {
    const key = fc.string({ unit: "binary" }).filter((text) => text !== "__proto__");
    const value = fc.oneof(fc.double(), fc.string({ unit: "binary" }), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.array(key), (values, announced) => {
        const parsed: unknown = JSON.parse(
          new StateFormat(announced, "connection and cloud").toJson({
            values,
            lastSeen: at,
            status: "online",
            cloud: { mode: "relay" },
          }),
        );
        const blank = Object.fromEntries(announced.map((one) => [one, null]));
        const bridge = { last_seen: "2026-06-21T10:00:00.000Z", connection_status: "online" };
        const cloud = { cloud_mode: "relay", cloud_last_answer: null };
        expect(parsed).toEqual(JSON.parse(JSON.stringify({ ...blank, ...values, ...bridge, ...cloud })));
      }),
    );
  });
});
