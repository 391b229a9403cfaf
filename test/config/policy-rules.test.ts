import { describe, expect, it } from "vitest";
import { faultsOf, withRelay } from "./protocols.js";

const raw = (keys: Readonly<Record<string, unknown>>): unknown =>
  withRelay({ protocol: "raw", upstream: "cloud.example.com:1", ...keys });
const paths = (document: unknown): readonly string[] => faultsOf(document).map(({ path }) => path);

describe("policies of a relay", () => {
  it("may be any where the protocol can carry them out", () => {
    const all = { cloud: "auto", commands: "block", commands_block: "time", commands_allow: "power, reboot" };
    const control = { control: true, control_experimental: true, protect_local: true, reply_timeout: 2.5 };
    expect(faultsOf(withRelay({ ...all, ...control }))).toEqual([]);
    expect(faultsOf(raw({ cloud: "relay", commands: "allow", control: false }))).toEqual([]);
  });

  it("are refused where the protocol has no answer of its own, knows no commands, or has nothing to write", () => {
    expect(faultsOf(raw({ cloud: "local" }))).toEqual([
      { path: "relays[0].cloud", found: '"local"', allowed: "relay; raw has no answers of its own" },
    ]);
    expect(paths(raw({ cloud: "auto", commands: "protect", commands_block: "power", control: true }))).toEqual([
      "relays[0].cloud",
      "relays[0].commands",
      "relays[0].commands_block",
      "relays[0].control",
    ]);
    expect(paths(withRelay({ protocol: "envoy", control: true }))).toEqual(["relays[0].control"]);
  });

  it("give the cloud from 1 to 120 seconds to answer", () => {
    expect(faultsOf(withRelay({ reply_timeout: 1 }))).toEqual([]);
    expect(faultsOf(withRelay({ reply_timeout: 120 }))).toEqual([]);
    expect(paths(withRelay({ reply_timeout: 0.5 }))).toEqual(["relays[0].reply_timeout"]);
    expect(paths(withRelay({ reply_timeout: 121 }))).toEqual(["relays[0].reply_timeout"]);
  });

  it("that need control are refused without it", () => {
    expect(paths(withRelay({ control_experimental: true, protect_local: true }))).toEqual([
      "relays[0].control_experimental",
      "relays[0].protect_local",
    ]);
  });

  it("cannot both block and allow a class", () => {
    expect(faultsOf(withRelay({ commands_block: "power, time", commands_allow: "time" }))).toEqual([
      { path: "relays[0].commands_allow", found: "time", allowed: "classes that are not in commands_block too" },
    ]);
  });

  it("name only classes that there are, and help with a slip of the pen", () => {
    const [fault] = faultsOf(withRelay({ commands_block: "power, firmwear" }));
    expect(fault).toMatchObject({
      path: "relays[0].commands_block",
      found: '"power, firmwear"',
      allowed: expect.stringMatching(/^some of time, ack, .*; did you mean firmware\?$/),
    });
  });
});

describe("time zone and outbox", () => {
  it("take what there is", () => {
    expect(faultsOf({ timezone: "Europe/Berlin", outbox: { max_mb: 1, max_days: 365 } })).toEqual([]);
  });

  it("refuse what there is not", () => {
    expect(paths({ timezone: "Europe/Bärlin", outbox: { max_mb: 0, max_days: 366 } })).toEqual([
      "timezone",
      "outbox.max_mb",
      "outbox.max_days",
    ]);
  });
});
