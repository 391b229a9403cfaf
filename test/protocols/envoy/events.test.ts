import { describe, expect, it } from "vitest";
import { takeEvents } from "../../../src/protocols/envoy/events.js";
import { at, entryOf, envoy, envoySerial, eqid, event, noon, report } from "./reports.js";

describe("events", () => {
  it("fire once, with everything that is known of them", () => {
    const one = event(7, {
      code: 101,
      correlationId: 5,
      eqid: eqid("121.1"),
      messageKey: "4",
      params: { value: "true" },
      state: 1,
    });
    const entry = entryOf(report({ events: [one, one] }));
    expect(takeEvents(entry)).toEqual([
      {
        device: envoy,
        type: "grid_instability",
        at: at(noon - 60),
        attributes: {
          code: 101,
          text: "grid instability",
          state: "end",
          eqid: "121.1",
          event_date: "2025-06-15T15:04:00.000Z",
          id: 7,
          correlation_id: 5,
          message_key: "4",
          params: { value: "true" },
        },
      },
    ]);
    expect(takeEvents(entryOf(report({ events: [one] }), noon, entry.books))).toEqual([]);
  });

  it("fire in the order in which things happened, and only what is not older than an hour", () => {
    const events = [
      event(5, { date: noon - 10, state: 1 }),
      event(4, { date: noon - 3_600, state: 2 }),
      event(3, { date: noon - 3_601, state: 1 }),
    ];
    const fired = takeEvents(entryOf(report({ events })));
    expect(fired.map(({ attributes }) => [attributes.id, attributes.state])).toEqual([
      [4, "begin"],
      [5, "end"],
    ]);
  });

  it.each([
    [10006, envoySerial, "envoy"],
    [77, envoySerial, "envoy"],
    [77, "121", "unknown"],
    [10000, "121", "failed_to_report"],
  ])("E28: code %i of %s is of type %s", (code, of, type) => {
    const [fired] = takeEvents(entryOf(report({ events: [event(1, { code, eqid: eqid(of), state: 0 })] })));
    expect(fired).toMatchObject({ type, attributes: { code, state: "momentary" } });
  });

  it("E27: belong to the inverter that they name; the Envoy is none", () => {
    const entry = entryOf(report({ events: [event(1), event(2, { eqid: eqid(envoySerial), code: 10006 })] }));
    takeEvents(entry);
    expect([...entry.touched]).toEqual(["121"]);
    expect(entry.news).toBe(2);
  });
});
