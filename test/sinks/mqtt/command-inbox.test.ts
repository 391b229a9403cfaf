import { describe, expect, it } from "vitest";
import { CommandInbox } from "../../../src/sinks/mqtt/command-inbox.js";
import { Topics } from "../../../src/sinks/mqtt/topics.js";
import { recordLog } from "../../support/log-recorder.js";
import { inverterId } from "./descriptions.js";

const topics = new Topics("cloudtap", "homeassistant");
const limit = topics.command(inverterId, "limit");

function setUp() {
  const { log, of } = recordLog();
  const written: string[] = [];
  const inbox = new CommandInbox({
    ...{ log, topics },
    write: (device, key, payload) => written.push(`${device} ${key} ${payload}`),
  });
  return {
    written,
    of,
    take: (topic: string, payload: string, retained = false) => inbox.message(topic, Buffer.from(payload), retained),
  };
}

describe("commands from the broker", () => {
  it("are passed on as they are", () => {
    const { written, take } = setUp();
    take(limit, "60");
    take(limit, "");
    expect(written).toEqual([`${inverterId} limit 60`, `${inverterId} limit `]);
  });

  it("are not obeyed when they are retained; the log says so once a topic", () => {
    const { written, take, of } = setUp();
    for (const topic of [limit, limit, topics.command(inverterId, "mode")]) take(topic, "60", true);
    expect(written).toEqual([]);
    expect(of("retained command ignored", "warn")).toMatchObject([
      { topic: limit },
      { topic: `cloudtap/${inverterId}/set/mode` },
    ]);
    expect(of("retained command ignored")).toHaveLength(3);
  });

  it("are at most one KiB long", () => {
    const { written, take, of } = setUp();
    take(limit, "x".repeat(1024));
    take(limit, "x".repeat(1025));
    expect(written).toHaveLength(1);
    expect(of("command that is too long ignored", "warn")).toHaveLength(1);
  });

  it("are for devices only; other topics are none of their business", () => {
    const { written, take, of } = setUp();
    for (const topic of ["cloudtap/bridge/set/limit", `cloudtap/${inverterId}/state`, "cloudtap/a b/set/limit"])
      take(topic, "60", true);
    expect(written).toEqual([]);
    expect(of("retained command ignored")).toEqual([]);
  });

  it("do not fill the memory with topics that somebody makes up", () => {
    const { take, of } = setUp();
    for (let number = 0; number < 1_010; number += 1) take(topics.command(inverterId, `key_${number}`), "1", true);
    expect(of("retained command ignored", "warn")).toHaveLength(1_000);
  });
});
