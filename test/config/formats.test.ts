import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formats, parseBrokerUrl } from "../../src/config/formats.js";

describe("parseBrokerUrl", () => {
  it("takes user and password out", () => {
    expect(parseBrokerUrl("mqtts://a%40b:c%3Ad@host:8883")).toEqual({
      ...{ url: "mqtts://host:8883", secure: true, username: "a@b", password: "c:d" },
    });
  });

  it.each([
    ["mqtt://host", false],
    ["ws://host/mqtt", false],
    ["wss://host/mqtt", true],
    ["mqtt://[::1]:1883", false],
  ])("knows %s", (url, secure) => {
    expect(parseBrokerUrl(url)?.secure).toBe(secure);
  });

  it.each([
    ["host"],
    ["http://host"],
    ["mqtt://"],
    ["mqtt:///path"],
    ["mqtt://host:99999"],
    ["mqtt://%zz@host"],
    ["tcp://host"],
  ])("refuses %s", (url) => {
    expect(parseBrokerUrl(url)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => parseBrokerUrl(`mqtt://${text}`) !== null));
  });
});

describe("formats", () => {
  it.each([
    ["topic-root", "cloudtap", true],
    ["topic-root", "home/cloudtap", true],
    ["topic-root", "home//cloudtap", false],
    ["topic-root", "/home", false],
    ["topic-root", "a b", false],
    ["topic-root", "$SYS", false],
    ["topic-root", "", false],
    ["name-server", "9.9.9.9", true],
    ["name-server", "9.9.9.9:5353", true],
    ["name-server", "[::1]:53", true],
    ["name-server", "dns.example.com:53", false],
    ["fixed-listen", "127.0.0.1:1883", true],
    ["fixed-listen", "127.0.0.1:0", false],
    ["timezone", "Europe/Berlin", true],
    ["timezone", "UTC", true],
    ["timezone", "", true],
    ["timezone", "Berlin", false],
    ["timezone", "../etc/passwd", false],
    ["classes", "", true],
    ["classes", " power ,firmware,", true],
    ["classes", "power;firmware", false],
    ["classes", "constructor", false],
    ["remote", "", true],
    ["remote", "host", false],
    ["http-url", "https://splunk.example:8088", true],
    ["http-url", "http://127.0.0.1:8088/services/collector", true],
    ["http-url", "HTTPS://[2001:db8::1]/", true],
    ["http-url", "", true],
    ["http-url", "splunk.example:8088", false],
    ["http-url", "mqtt://splunk.example", false],
    ["http-url", "https://", false],
    ["http-url", "https://splunk.example:99999", false],
    ["http-url", "https://me@splunk.example", false],
    ["http-url", "https://:secret@splunk.example", false],
    ["http-url", "https://splunk.example/#token", false],
  ] as const)("%s %j: %s", (format, text, expected) => {
    expect(formats[format](text)).toBe(expected);
  });
});
