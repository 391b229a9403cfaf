import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { ConversationOptions, PlayerAction } from "../../src/model/protocol.js";
import type { JsonObject } from "../../src/model/value.js";
import { createWebsentryConversation } from "../../src/protocols/websentry/conversation.js";
import { encodeAck, encodeQuery, encodeResponse, encodeSet } from "../../src/protocols/websentry/encoder.js";
import type { Item } from "../../src/protocols/websentry/items.js";
import { properties } from "../../src/protocols/websentry/properties.js";
import { createWebsentrySplitter } from "../../src/protocols/websentry/splitter.js";
import { createUnitSimulator } from "../../src/protocols/websentry/unit-simulator.js";
import { bytes, hex, type Said, start } from "../protocols/websentry/dialogue.js";
import { conversationOptions } from "../support/conversation-options.js";

const init: Said = { from: "device", hex: "70839ee8e6001200ff00020504010d0090c20c02b301200207" };
const fromCloud = (frame: Uint8Array): Said => ({ from: "cloud", hex: hex(frame) });
const fromUnit = (frame: Uint8Array): Said => ({ from: "device", hex: hex(frame) });
const askHumidity = fromCloud(encodeQuery([0x0600]));
const humidity = fromUnit(encodeResponse([{ id: 0x0600, type: 0x06, value: 53.4 }]));

describe("a unit without a cloud", () => {
  /** A simulated unit, answered by the conversation alone, as a gate does it. */
  function session(facts: JsonObject = {}, control: ConversationOptions["control"] = "off") {
    const unit = createUnitSimulator({ index: 0, intervalS: 60, extra: {} });
    const conversation = createWebsentryConversation(
      conversationOptions({ recall: () => ({ facts, values: {} }), cloud: "local", control }),
    );
    const splitter = createWebsentrySplitter("device-to-cloud");
    const said = (actions: readonly PlayerAction[]) =>
      actions.flatMap((action) => (action.type === "send" ? [Uint8Array.from(action.bytes)] : []));
    let fromUnit = said(unit.connected(start));
    let queries = 0;
    for (let ended = false; !ended; ) {
      const [frame] = fromUnit.flatMap((chunk) => splitter.push(chunk));
      if (frame === undefined) throw new Error("the unit fell silent");
      conversation.receive(frame, start);
      const answer = conversation.answer?.(frame, start, true) ?? { frames: [], end: true };
      ended = answer.end;
      for (const bytes of answer.frames) {
        queries += 1;
        conversation.receive({ direction: "cloud-to-device", bytes, whole: true, own: true }, start);
        fromUnit = said(unit.received(bytes, start));
      }
    }
    const settled = conversation.settle?.(start);
    return { queries, settled, description: settled?.devices[0]?.description, facts: settled?.devices[0]?.facts ?? {} };
  }

  it("shows all named sensors within its first session, and everything that can be written", () => {
    const { settled, description } = session();
    const values = settled?.readings[0]?.values ?? {};
    const named = properties.filter(
      (row) => row.name !== undefined && row.group !== "none" && row.sample !== undefined && row.type !== 0x01,
    );
    expect(named.map(({ key }) => key).filter((key) => !(key in values))).toEqual([]);
    expect(description?.entities.some(({ key }) => key === "humidity_setpoint")).toBe(true);
    expect(settled?.anomalies).toEqual([]);
  });

  it("is asked much less in later sessions", () => {
    const first = session();
    const second = session(first.facts);
    expect(second.queries).toBeLessThan(first.queries / 3);
    expect(second.settled?.readings[0]?.values).toMatchObject({ humidity_setpoint: expect.any(Number) });
  });

  it("can be written to as its tables say, where control is on", () => {
    const { description } = session({}, "on");
    const platforms = new Map(description?.entities.map(({ key, platform }) => [key, platform]));
    expect(
      ["humidity_setpoint", "temperature_unit", "blower_enabled", "restart", "filter_change_date", "room_temp"].map(
        (key) => platforms.get(key),
      ),
    ).toEqual(["number", "select", "switch", "button", "text", "sensor"]);
  });
});

describe("what a gate asks of a conversation with a unit", () => {
  const reply = fromUnit(encodeResponse([{ id: 0x2501, type: 0x08, value: 55, min: 35, max: 85, step: 1 }]));
  const setHumidity = encodeSet([{ id: 0x2501, type: 0x03, value: 50 }]);

  function talking(control: ConversationOptions["control"], ...said: readonly Said[]) {
    const conversation = createWebsentryConversation(conversationOptions({ control }));
    for (const { from, hex } of said) {
      const direction = from === "device" ? "device-to-cloud" : "cloud-to-device";
      conversation.receive({ direction, bytes: bytes(hex), whole: true }, start);
    }
    return conversation;
  }

  it("is refused in the unit's own words, and leaves no trace", () => {
    const conversation = talking("off", init, askHumidity, humidity);
    const refusal = conversation.refuse?.({ direction: "cloud-to-device", bytes: setHumidity, whole: true }, start);
    expect(refusal).toEqual({ toCloud: [encodeAck([0x2501])], toDevice: [] });
    const next = conversation.receive(
      { direction: "cloud-to-device", bytes: bytes(askHumidity.hex), whole: true },
      start,
    );
    const after = conversation.receive(
      { direction: "device-to-cloud", bytes: bytes(humidity.hex), whole: true },
      start,
    );
    expect([...next.anomalies, ...after.anomalies]).toEqual([]);
  });

  it("is written to only behind its first reply, within the range that it told, and with control on", () => {
    const request = { device: "websentry_0090c20c02b3" as DeviceId, key: "humidity_setpoint", value: 50 };
    expect(talking("on", init).mayAsk).toBe(false);
    const conversation = talking("on", init, fromCloud(encodeQuery([0x2501])), reply);
    expect(conversation.mayAsk).toBe(true);
    expect(conversation.encode?.(request, start)).toMatchObject({ asks: "s:0x2501" });
    expect(conversation.encode?.({ ...request, value: 90 }, start)).toMatch(/from 35 to 85/);
    expect(conversation.encode?.({ ...request, key: "room_temp" }, start)).toMatch(/cannot be written/);
    expect(talking("off", init, reply).encode?.(request, start)).toMatch(/cannot be written/);
  });

  it("is told no setpoint while nobody knows whether it counts in °C or °F", () => {
    const setpoint: Item = { id: 0x2502, type: 0x08, value: 82, min: 60, max: 108, step: 1 };
    const request = { device: "websentry_0090c20c02b3" as DeviceId, key: "pool_temp_setpoint", value: 82.4 };
    const told = (...items: readonly Item[]) =>
      talking("on", init, fromCloud(encodeQuery(items.map(({ id }) => id))), fromUnit(encodeResponse(items)));
    expect(told(setpoint).encode?.(request, start)).toMatch(/°C or °F/);
    const conversation = told({ id: 0x010e, type: 0x09, kind: 0x2d, raw: 4 }, setpoint);
    const injection = conversation.encode?.(request, start);
    expect(typeof injection === "object" && hex(injection.frame)).toBe("70839eaa3d0006032502030052");
    const change = encodeSet([{ id: 0x010e, type: 0x03, value: 3 }]);
    conversation.receive({ direction: "cloud-to-device", bytes: change, whole: true }, start);
    expect(conversation.encode?.(request, start)).toMatch(/°C or °F/);
  });

  it("is asked once a session for settings that nobody knows", () => {
    const conversation = talking("on", init, askHumidity, humidity);
    expect(conversation.wants?.(start)).toMatchObject({ asks: expect.stringMatching(/^q:0x/) });
    expect(conversation.wants?.(start)).toBeUndefined();
    expect(talking("off", init, askHumidity, humidity).wants?.(start)).toBeUndefined();
  });

  it("pairs the replies to Cloudtap's own questions, and calls them no command", () => {
    const conversation = talking("on", init, askHumidity, humidity);
    const own = conversation.receive(
      { direction: "cloud-to-device", bytes: encodeQuery([0x2501]), whole: true, own: true },
      start,
    );
    expect(own.command).toBeUndefined();
    const decoded = conversation.receive({ direction: "device-to-cloud", bytes: bytes(reply.hex), whole: true }, start);
    expect(decoded.anomalies).toEqual([]);
    expect(conversation.settle?.(start)?.readings[0]?.values).toMatchObject({ humidity_setpoint: 55 });
  });
});
