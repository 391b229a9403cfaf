import { expect, it } from "vitest";
import { parseEqid } from "../../../src/protocols/envoy/report.js";

it("takes equipment ids apart and keeps their text", () => {
  expect(parseEqid("121333003009.1")).toEqual({ text: "121333003009.1", serial: "121333003009", channel: 1 });
  expect(parseEqid("121333003010.10")).toMatchObject({ text: "121333003010.10", channel: 10 });
  expect(parseEqid("121333003009")).toEqual({ text: "121333003009", serial: "121333003009" });
});

it.each(["", "abc", "1.", ".1", "1.2.3", "1.100", "1e3", " 1"])("knows that %j is none", (text) => {
  expect(parseEqid(text)).toBeUndefined();
});
