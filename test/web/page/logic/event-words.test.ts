import { describe, expect, it } from "vitest";
import { device } from "../../../../src/texts/en/device.js";
import { eventFacts, eventSentence, eventTitle } from "../../../../src/web/page/logic/event-words.js";

const yesNo = { yes: "yes", no: "no" };

describe("events in words", () => {
  it("have a title, that of an unknown type from its name", () => {
    expect(eventTitle("command", device.eventTypes)).toBe("Command of the cloud");
    expect(eventTitle("fan_started", device.eventTypes)).toBe("Fan started");
    expect(eventTitle("constructor", device.eventTypes)).toBe("Constructor");
  });

  it("say first what is a sentence, and then the rest", () => {
    const attributes = {
      text: "set to 80 %",
      classes: ["power", "setting"],
      blocked: true,
      reason: "protect",
      note: null,
    };
    const event = { at: 1, type: "command", attributes };
    expect(eventSentence(event)).toBe("set to 80 %");
    expect(eventFacts(event, yesNo)).toEqual([
      ["classes", "power, setting"],
      ["blocked", "yes"],
      ["reason", "protect"],
    ]);
  });

  it("show what is nested as it came", () => {
    const event = { at: 1, type: "x", attributes: { measured_at: 5, values: { power: 1 }, gone: false } };
    expect(eventSentence(event)).toBeUndefined();
    expect(eventFacts(event, yesNo)).toEqual([
      ["measured at", "5"],
      ["values", '{"power":1}'],
      ["gone", "no"],
    ]);
  });
});
