import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decoded } from "../../../src/model/protocol.js";
import type { JsonObject, Values } from "../../../src/model/value.js";
import {
  encodeAck,
  encodeFrame,
  encodeQuery,
  encodeResponse,
  encodeSet,
} from "../../../src/protocols/websentry/encoder.js";
import { describeWithCaptures, readCaptureJson } from "../../support/captures.js";
import { bytes, Dialogue, hex, type Said } from "./dialogue.js";

const init: Said = { from: "device", hex: "70839ee8e6001200ff00020504010d0090c20c02b301200207" };
const fromCloud = (frame: Uint8Array): Said => ({ from: "cloud", hex: hex(frame) });
const fromUnit = (frame: Uint8Array): Said => ({ from: "device", hex: hex(frame) });
const askHumidity = fromCloud(encodeQuery([0x0600]));
const humidity = fromUnit(encodeResponse([{ id: 0x0600, type: 0x06, value: 53.4 }]));

function dialogue(...said: readonly Said[]): Dialogue {
  const talk = new Dialogue();
  for (const each of said) talk.say(each);
  return talk;
}

const labels = (talk: Dialogue) => talk.decoded.map((one) => one.label);
const details = (talk: Dialogue) => talk.decoded.flatMap((one) => one.anomalies.map((anomaly) => anomaly.detail));

describe("conversation", () => {
  it("W09: knows the unit by the address in its Init", () => {
    const [first] = dialogue(init).decoded;
    expect(first?.seen).toEqual(["websentry_0090c20c02b3"]);
    expect(first?.devices.map((update) => update.description.id)).toEqual(["websentry_0090c20c02b3"]);
  });

  it("W10: names both messages when a reply does not fit its query", () => {
    const talk = dialogue(init, fromCloud(encodeQuery([0x0601, 0x0602])), humidity);
    expect(talk.anomalies()).toEqual(["reply_mismatch"]);
    expect(details(talk)).toEqual([
      "expected the reply to frame 2 for 2 properties, 0x0601 to 0x0602, found frame 3 with 0x0600",
    ]);
  });

  it("W10: keeps the values of such a reply", () => {
    expect(dialogue(init, fromCloud(encodeQuery([0x0601])), humidity).settle()?.readings[0]?.values.humidity).toBe(
      53.4,
    );
  });

  it("W10: reports a reply that nobody asked for", () => {
    expect(dialogue(init, humidity).anomalies()).toEqual(["unexpected_reply"]);
  });

  it("W22: tells a change in words, and each frame with number and sender", () => {
    const talk = dialogue(
      init,
      askHumidity,
      humidity,
      fromCloud(encodeSet([{ id: 0x2501, type: 0x03, value: 50 }])),
      fromUnit(encodeAck([0x2501])),
    );
    expect(labels(talk)).toEqual([
      "[1] C: Init",
      "[2] S: query of 0x0600",
      "[3] C: reply with 0x0600",
      "[4] S: set room humidity setpoint to 50 %",
      "[5] C: done: change of 0x2501",
    ]);
    expect(talk.decoded.map((one) => one.role)).toEqual(["report", "other", "report", "command", "command-result"]);
    expect(talk.decoded.map((one) => one.command?.text)).toEqual([
      ...[undefined, undefined, undefined, "cloud set room humidity setpoint to 50 %", undefined],
    ]);
    expect(talk.anomalies()).toEqual([]);
  });

  it("reports a change that the unit refused", () => {
    const refusal = encodeFrame(bytes("03 25 01 01 05"));
    const talk = dialogue(init, fromCloud(encodeSet([{ id: 0x2501, type: 0x03, value: 99 }])), fromUnit(refusal));
    expect(talk.anomalies()).toEqual(["set_refused"]);
    expect(labels(talk).at(-1)).toBe("[3] C: refused: change of 0x2501");
  });

  it("W26: counts on behind frame 255, with nothing left open", () => {
    const talk = dialogue(init, ...Array.from({ length: 150 }, () => [askHumidity, humidity]).flat());
    expect(labels(talk).at(-1)).toBe("[301] C: reply with 0x0600");
    expect(talk.anomalies()).toEqual([]);
    expect(talk.settle()?.readings).toHaveLength(1);
  });

  it("W31: names and counts function 0x08 and never takes it for a reply", () => {
    const unknown = encodeFrame(bytes("08 00 01"));
    const talk = dialogue(init, askHumidity, fromCloud(unknown), fromUnit(unknown), humidity);
    expect(labels(talk).slice(2, 4)).toEqual([
      "[3] S: function 0x08, not decoded, number 1 of the session",
      "[4] C: function 0x08, not decoded, number 2 of the session",
    ]);
    expect(talk.anomalies()).toEqual([]);
    expect(talk.settle()?.devices[0]?.facts?.undecoded_messages).toBe(2);
  });

  it("reports a reply before Init and takes nothing from it", () => {
    const talk = dialogue(askHumidity, humidity);
    expect(talk.anomalies()).toEqual(["missing_init"]);
    expect(talk.settle()).toBeUndefined();
  });

  it("reports an Init without an address, a second one, and an unknown function", () => {
    const anonymous = fromUnit(encodeFrame(bytes("00 01 20 02 07")));
    const talk = dialogue(anonymous, init, init, fromUnit(encodeFrame(bytes("55"))));
    expect(talk.anomalies()).toEqual(["unexpected_init", "unexpected_init", "unknown_function"]);
  });

  it("W28: makes setpoints unknown before it announces them in another unit", () => {
    const read = (raw: number, value: number) =>
      fromUnit(
        encodeResponse([
          { id: 0x010e, type: 0x09, kind: 0x2d, raw },
          { id: 0x2500, type: 0x08, value, min: 12, max: 95, step: 1 },
        ]),
      );
    const ask = fromCloud(encodeQuery([0x010e, 0x2500]));
    const talk = dialogue(init, ask, read(4, 83));
    talk.settle();
    talk.say(ask);
    const [switched] = talk.say(read(3, 28));
    expect(switched?.readings.map((reading) => reading.values)).toEqual([{ room_temp_setpoint: null }]);
    expect(switched?.devices).toEqual([]);
    expect(talk.settle()?.readings[0]?.values).toMatchObject({ room_temp_setpoint: 28 });
  });

  it("goes on collecting when the session was only slow", () => {
    const talk = dialogue(init, askHumidity, humidity);
    expect(Object.keys(talk.settle()?.readings[0]?.values ?? {})).toEqual([
      ...["init_marker", "mac_address", "status_flags", "humidity"],
    ]);
    expect(talk.settle()).toBeUndefined();
    talk.say(askHumidity);
    talk.say(humidity);
    expect(talk.settle()?.readings[0]?.values).toEqual({ humidity: 53.4 });
  });

  it("is due for its reading after two seconds of silence", () => {
    expect(new Dialogue().conversation.quietMs).toBe(2_000);
  });

  it("never throws and never grows, whatever the unit says", () => {
    const payload = fc.tuple(fc.constantFrom(0, 2, 3, 8), fc.uint8Array({ maxLength: 120 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), payload), { maxLength: 30 }), (turns) => {
        const talk = dialogue(init);
        for (const [cloud, [code, rest]] of turns) {
          const frame = encodeFrame(Uint8Array.of(code, ...rest));
          talk.say(cloud ? fromCloud(frame) : fromUnit(frame));
        }
        talk.settle();
      }),
      { numRuns: 200 },
    );
  });
});

interface CapturedFrame extends Said {
  readonly fault?: string;
}

interface CapturedSet {
  readonly items: readonly { readonly key: string; readonly value: number | string }[];
}

interface Expected {
  readonly device?: { readonly mac: string; readonly status_flags: number; readonly firmware_version?: string };
  readonly frames?: readonly {
    readonly index: number;
    readonly role?: string;
    readonly ids?: readonly string[];
    readonly crc: string;
  }[];
  readonly values?: Values;
  readonly ranges?: Readonly<Record<string, { readonly min: number; readonly max: number; readonly step: number }>>;
  readonly status_codes?: Readonly<Record<string, number>>;
  readonly sets?: readonly CapturedSet[];
}

interface Capture {
  readonly frames: readonly CapturedFrame[];
  readonly expected: Expected;
}

const capture = (name: string) => readCaptureJson<Capture>(`websentry/${name}.json`);

function facts(settled: Decoded | undefined): JsonObject {
  return settled?.devices[0]?.facts ?? {};
}

describeWithCaptures("recorded sessions", () => {
  const names = [
    ...["init-normal", "identity-query", "sensors-query", "session-plain", "session-set-humidity", "session-settings"],
    ...["spectator-mode", "time-zone", "unit-switch", "blower-stop", "clear-fault", "function-08"],
  ];

  it.each(names)("W08 W09 W11: %s decodes to its verified values, ranges and changes", (name) => {
    const { frames, expected } = capture(name);
    const talk = dialogue(...frames);
    expect(talk.faults).toEqual([]);
    expect(talk.anomalies()).toEqual([]);
    expect(talk.decoded).toHaveLength(frames.length);
    expect(talk.decoded.filter((one) => one.command?.text !== undefined)).toHaveLength(expected.sets?.length ?? 0);
    const settled = talk.settle();
    const shown = settled?.readings[0]?.values ?? {};
    expect(shown).toMatchObject(expected.values ?? {});
    expect(settled?.devices[0]?.description.id).toBe(`websentry_${(expected.device?.mac ?? "").replaceAll(":", "")}`);
    expect(facts(settled).flags).toBe(expected.device?.status_flags);
    const ranges = Object.entries(expected.ranges ?? {}).map(([key, { min, max, step }]) => [key, [min, max, step]]);
    expect(facts(settled).ranges).toMatchObject(Object.fromEntries(ranges));
    const withoutValue = Object.keys(expected.status_codes ?? {}).map((id) => `prop_${id}`);
    expect(Object.keys(shown).filter((key) => withoutValue.includes(key))).toEqual([]);
  });

  it.each(names)("W10: %s tells which properties each query and each reply names", (name) => {
    const { frames, expected } = capture(name);
    const talk = dialogue(...frames);
    for (const { index, role, ids = [] } of expected.frames ?? []) {
      const label = talk.decoded[index]?.label ?? "";
      if (role === "query")
        expect(label).toContain(`query of ${ids.length === 1 ? ids[0] : `${ids.length} properties`}`);
      if (role === "response")
        expect(label).toContain(`reply with ${ids.length === 1 ? ids[0] : `${ids.length} properties`}`);
    }
  });

  it("shows nothing but the values of the session and what follows from them", () => {
    const { frames, expected } = capture("session-plain");
    const talk = dialogue(...frames);
    const added = ["init_marker", "mac_address", "status_flags", "clock", "dew_point", "water_heat_rise"];
    expect(Object.keys(talk.settle()?.readings[0]?.values ?? {}).toSorted()).toEqual(
      [...Object.keys(expected.values ?? {}), ...added].toSorted(),
    );
  });

  it("W28: has the setpoints of each side of a change of the unit, and sensors that stay in °F", () => {
    const { frames } = capture("unit-switch");
    const { expected } = readCaptureJson<{
      readonly expected: {
        readonly checkpoints: readonly {
          readonly after_frame: number;
          readonly setpoint_unit?: string;
          readonly sensor_unit?: string;
          readonly values: Values;
        }[];
      };
    }>("websentry/unit-switch.json");
    const talk = new Dialogue();
    for (const [index, frame] of frames.entries()) {
      talk.say(frame);
      const checkpoint = expected.checkpoints.find((each) => each.after_frame === index);
      if (checkpoint === undefined) continue;
      const settled = talk.settle();
      expect(settled?.readings[0]?.values).toMatchObject(checkpoint.values);
      const unitOf = (key: string) =>
        settled?.devices[0]?.description.entities.find((entity) => entity.key === key)?.unit;
      if (checkpoint.setpoint_unit !== undefined) expect(unitOf("freezestat_temp")).toBe(checkpoint.setpoint_unit);
      if (checkpoint.sensor_unit !== undefined) expect(unitOf("outside_air_temp")).toBe(checkpoint.sensor_unit);
    }
  });

  it("keeps a state that only some sessions read", () => {
    const { sessions, expected } = readCaptureJson<{
      readonly sessions: readonly { readonly frames: readonly Said[] }[];
      readonly expected: { readonly sessions: readonly { readonly values: Values }[] };
    }>("websentry/blower-start.json");
    let remembered = new Dialogue().remembered();
    for (const [index, { frames }] of sessions.entries()) {
      const talk = new Dialogue(remembered);
      for (const frame of frames) talk.say(frame);
      expect(talk.settle()?.readings[0]?.values).toMatchObject(expected.sessions[index]?.values ?? {});
      expect(talk.anomalies()).toEqual([]);
      remembered = talk.remembered(remembered);
    }
    expect(remembered.values).toMatchObject({
      compressor_circuit_state: "Ready",
      compressor_circuit_state_text: "Disabled",
    });
  });

  it("keeps the point in time while the zone changes", () => {
    const { frames } = capture("time-zone");
    const talk = new Dialogue();
    const clocks: (string | undefined)[] = [];
    for (const frame of frames) {
      talk.say(frame);
      const clock = talk.settle()?.readings[0]?.values.clock;
      if (typeof clock === "string") clocks.push(clock);
    }
    const { expected } = readCaptureJson<{
      readonly expected: { readonly clock_utc: Readonly<Record<string, string>> };
    }>("websentry/time-zone.json");
    const utc = clocks.map((clock) => Date.parse(clock ?? ""));
    expect(utc).toEqual(
      [expected.clock_utc.before, expected.clock_utc.after].map((instant) => Date.parse(instant ?? "")),
    );
  });

  it("W05 W10: takes from hostile traffic what is good, and names each fault", () => {
    const { frames, expected } = capture("hostile");
    const talk = new Dialogue();
    const blamed: number[] = [];
    let seen = 0;
    for (const [index, frame] of frames.entries()) {
      talk.say(frame);
      const found = talk.faults.length + talk.anomalies().length;
      if (found > seen) blamed.push(index);
      seen = found;
    }
    // The garbage follows the bad frame directly: one run of bytes without a frame, one fault.
    expect(talk.faults).toEqual(["bad_checksum"]);
    expect(talk.anomalies()).toEqual(["unknown_type", "malformed_message", "malformed_query"]);
    expect(talk.settle()?.readings[0]?.values).toMatchObject(expected.values ?? {});
    const { faults } = readCaptureJson<{
      readonly expected: { readonly faults: readonly { readonly index: number; readonly fault: string }[] };
    }>("websentry/hostile.json").expected;
    expect(blamed).toEqual(faults.flatMap(({ index, fault }) => (fault === "garbage" ? [] : [index])));
  });

  it("says every published change in words", () => {
    const talk = dialogue(...capture("set-examples").frames);
    const commands = talk.decoded.flatMap(({ command }) =>
      command?.text === undefined ? [] : [`${command.classes}: ${command.text}`],
    );
    expect(commands).toMatchInlineSnapshot(`
      [
        "setting: cloud set spectator mode to On",
        "setting: cloud set room temperature setpoint to 85",
        "setting: cloud set pool temperature setpoint to 82",
        "setting: cloud set filter change interval to 6 months and set filter change date to 2024-01-09",
        "setting: cloud set schedule 3 days to Sat",
        "setting: cloud set time zone to GMT",
        "setting: cloud set time zone to PST",
        "setting: cloud set temperature unit to Celsius",
        "setting: cloud set temperature unit to Fahrenheit",
        "setting: cloud set A/C disable temperature to 60",
        "setting: cloud set freezestat temperature to 44",
        "setting: cloud set economizer minimum temperature to 89",
        "setting: cloud set purge shutoff temperature to 55",
        "setting: cloud set event duration to 2 h",
        "setting: cloud set purge duration to 17 min",
        "power: cloud set blower to Off",
        "power: cloud set blower to On",
        "setting: cloud set event duration to 1 h and set spectator mode to On",
        "reboot: cloud asked for restart",
        "setting: cloud set modbus to On",
        "setting: cloud set room humidity setpoint to 50 %",
        "setting: cloud asked for clear fault 604",
      ]
    `);
  });
});
