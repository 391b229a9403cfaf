import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatEndpoint, isLoopback, listensClash, parseListen, parseRemote } from "../../src/config/endpoint.js";

describe("parseListen", () => {
  it.each([
    [10000, undefined, 10000],
    ["10000", undefined, 10000],
    [0, undefined, 0],
    ["0.0.0.0:80", "0.0.0.0", 80],
    ["[::1]:80", "::1", 80],
    ["localhost:80", "localhost", 80],
  ])("E14: reads %j", (value, host, port) => {
    expect(parseListen(value)).toEqual({ host, port });
  });

  it.each([
    ["65536"],
    [-1],
    [1.5],
    [""],
    [":80"],
    ["host:"],
    ["::1:80"],
    ["[host]:80"],
    ["1.2.3:80"],
    ["1.2.3.400:80"],
    ["a b:80"],
    ["-a:80"],
    ["http://a:80"],
  ])("refuses %j", (value) => {
    expect(parseListen(value)).toBeUndefined();
  });
});

describe("parseRemote", () => {
  it("needs host and port, and a port that one can dial", () => {
    expect(parseRemote("5406.deviceaccess.host:10000")).toEqual({ host: "5406.deviceaccess.host", port: 10000 });
    expect(parseRemote("host:0")).toBeUndefined();
    expect(parseRemote("10000")).toBeUndefined();
    expect(parseRemote("original")).toBeUndefined();
  });

  it("reads what formatEndpoint writes, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        expect(parseRemote(formatEndpoint({ host, port }))).toEqual({ host, port });
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => parseRemote(text) === undefined || parseListen(text) !== undefined));
  });
});

describe("listensClash", () => {
  it.each([
    ["10000", "127.0.0.1:10000", true],
    ["[::]:1", "127.0.0.1:1", true],
    ["localhost:1", "127.0.0.1:1", true],
    ["127.0.0.1:1", "127.0.0.2:1", false],
    ["1", "2", false],
    ["0", "0", false],
  ])("%s and %s: %s", (one, other, expected) => {
    const nowhere = { host: "none", port: 1 };
    expect(listensClash(parseListen(one) ?? nowhere, parseListen(other) ?? nowhere)).toBe(expected);
  });
});

describe("isLoopback", () => {
  it("knows this machine without a look-up", () => {
    expect(["127.0.0.1", "127.9.9.9", "localhost", "::1", "0.0.0.0", "::"].every(isLoopback)).toBe(true);
    expect(["10.0.0.1", "example.com", "::2"].some(isLoopback)).toBe(false);
  });
});
