import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAcknowledgement, readAnswer } from "../../../src/sinks/splunk/answers.js";

const answer = (status: number, body: object) => readAnswer(status, JSON.stringify(body));

describe("the collector's answer", () => {
  it("says that a batch is taken, with or without a later acknowledgement", () => {
    expect(answer(200, { text: "Success", code: 0 })).toEqual({ type: "accepted" });
    expect(answer(200, { text: "Success", code: 0, ackId: 0 })).toEqual({ type: "accepted", ackId: 0 });
  });

  it("names the event that is wrong", () => {
    expect(answer(400, { text: "Invalid data format", code: 6, "invalid-event-number": 3 })).toEqual({
      ...{ type: "invalid", place: 3, reason: "Invalid data format" },
    });
  });

  it.each([
    [413, {}],
    [413, { text: "Content too large", code: 27 }],
    [400, { text: "Invalid data format", code: 6 }],
    [400, { text: "Event field is required", code: 12, "invalid-event-number": "1" }],
    [400, { text: "Error in handling indexed fields", code: 15, "invalid-event-number": -1 }],
  ])("asks for smaller pieces: %s %j", (status, body) => {
    expect(answer(status, body)).toMatchObject({ type: "indigestible" });
  });

  it.each([
    [403, { code: 1 }, "refused", "the token is disabled"],
    [401, { code: 3 }, "refused", "the token is not known"],
    [403, { code: 4 }, "refused", "the token is not known"],
    [403, {}, "refused", "the token is refused"],
    [400, { code: 7, "invalid-event-number": 1 }, "refused", "the index is not there"],
    [400, { code: 10 }, "refused", "Splunk does not take the request"],
    [404, {}, "refused", "there is no collector at this path"],
    [302, {}, "refused", "the address leads elsewhere"],
    [200, {}, "refused", "what answers there is no collector"],
    [400, {}, "refused", "what answers there is no collector"],
    [204, { code: 0.5 }, "refused", "Splunk does not take the request"],
    [503, { code: 9 }, "away", "Splunk is busy"],
    [429, {}, "away", "Splunk is busy"],
    [500, { code: 8 }, "away", "Splunk has an internal fault"],
    [507, {}, "away", "Splunk has an internal fault"],
  ])("%s %j: %s, %s", (status, body, grade, reason) => {
    expect(answer(status, body)).toMatchObject({ type: "failed", grade, reason: expect.stringContaining(reason) });
  });

  it("is told in Splunk's own words besides, within bounds", () => {
    expect(answer(403, { code: 4, text: "Invalid token" })).toMatchObject({
      reason: "the token is not known (403 Invalid token)",
    });
    const { reason } = { reason: "", ...answer(503, { code: 9, text: "x".repeat(1_000) }) };
    expect(reason.length).toBeLessThan(120);
  });

  it("is an answer whatever stands in it", () => {
    fc.assert(
      fc.property(fc.nat({ max: 999 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(["accepted", "invalid", "indigestible", "failed"]).toContain(readAnswer(status, body).type);
      }),
    );
  });
});

describe("an acknowledgement", () => {
  it.each([
    ['{"acks":{"7":true}}', true],
    ['{"acks":{"7":false}}', false],
    ['{"acks":{"8":true}}', false],
    ['{"acks":[true]}', false],
    ['{"text":"ACK is disabled","code":14}', false],
    ["<html>", false],
  ])("%s: %s", (body, expected) => {
    expect(readAcknowledgement(body, 7)).toBe(expected);
  });
});
