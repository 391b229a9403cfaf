import { describe, expect, it } from "vitest";
import { encodeAnswer, encodeFailure, fitForUdp, responseCodes } from "../../src/dns/reply.js";
import {
  addressesIn,
  answerTo,
  queryOf,
  question,
  questionOfType,
  questionWithEdns,
  responseCode,
  said,
} from "./asking.js";

const here = { v4: ["192.168.1.10"], v6: ["fd00::10"] };
const onlyV4 = { v4: ["192.168.1.10"], v6: [] };
const name = "reports.enphaseenergy.com";

function answer(message: Buffer, addresses = here): Buffer {
  return encodeAnswer(message, queryOf(message), addresses);
}

describe("the answer to a question for a vendor's name", () => {
  it("has the addresses of the type asked for, for a minute", () => {
    expect(said(answer(question(name)))).toMatchObject({
      id: 0x1234,
      type: "response",
      rcode: "NOERROR",
      flag_aa: true,
      flag_ra: true,
      flag_rd: true,
      questions: [{ name, type: "A", class: "IN" }],
      answers: [{ name, type: "A", ttl: 60, data: "192.168.1.10" }],
      authorities: [],
      additionals: [],
    });
    expect(addressesIn(answer(question(name, "AAAA")))).toEqual(["fd00::10"]);
    expect(addressesIn(answer(questionOfType(name, 255)))).toEqual(["192.168.1.10", "fd00::10"]);
  });

  it.each([
    ["AAAA where this host has no IPv6", question(name, "AAAA")],
    ["MX", question(name, "MX")],
    ["HTTPS", questionOfType(name, 65)],
  ])("exists without data for %s, with what others need to remember that for a minute", (_title, message) => {
    expect(said(answer(message, onlyV4))).toMatchObject({
      rcode: "NOERROR",
      answers: [],
      authorities: [{ name, type: "SOA", ttl: 60, data: { minimum: 60 } }],
    });
  });

  it("returns the question byte for byte", () => {
    const message = question("RePorts.EnphaseEnergy.Com");
    expect(answer(message).subarray(12, message.length)).toEqual(message.subarray(12));
  });

  it("speaks EDNS with those that do, and no other version of it", () => {
    expect(said(answer(questionWithEdns(name, 4096))).additionals).toMatchObject([
      { type: "OPT", udpPayloadSize: 1232, extendedRcode: 0 },
    ]);
    const other = said(answer(questionWithEdns(name, 4096, 1)));
    expect(other).toMatchObject({ answers: [], authorities: [], additionals: [{ extendedRcode: 1, ednsVersion: 0 }] });
  });
});

describe("a failure", () => {
  it("repeats the question and nothing else", () => {
    const message = questionWithEdns(name, 1232);
    const reply = encodeFailure(message, queryOf(message), responseCodes.refused);
    expect(said(reply)).toMatchObject({
      id: 0x1234,
      type: "response",
      rcode: "REFUSED",
      questions: [{ name, type: "A" }],
      additionals: [],
    });
    expect(reply.length).toBeLessThan(message.length);
  });
});

describe("fitting an answer into UDP", () => {
  const many = Array.from({ length: 60 }, (_none, index) => `192.0.2.${index}`);

  it("leaves alone what fits", () => {
    const message = questionWithEdns("a.example", 4096);
    const reply = answerTo(message, many);
    expect(fitForUdp(reply, queryOf(message))).toBe(reply);
  });

  it("says to ask over TCP where the asker takes less", () => {
    const message = question("a.example");
    const cut = fitForUdp(answerTo(message, many), queryOf(message));
    expect(said(cut)).toMatchObject({ id: 0x1234, flag_tc: true, answers: [], questions: [{ name: "a.example" }] });
    expect(responseCode(cut)).toBe(0);
    expect(cut.length).toBe(message.length);
  });
});
