import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { Encryption } from "../../src/model/encryption.js";
import type { Problem } from "../../src/model/problem.js";
import { findProblems, type ObservedDevice, type ProblemSources } from "../../src/monitoring/problems.js";
import { deviceOf, minutesAgo, now, relayOf, sourcesOf, timesOf } from "./problem-sources.js";

function find(changes: Partial<ProblemSources>): readonly Problem[] {
  return findProblems(sourcesOf(changes), now);
}

function codes(changes: Partial<ProblemSources>): readonly string[] {
  return find(changes).map(({ code }) => code);
}

/** A relay whose devices are silent. */
function silent(devices: readonly ObservedDevice[]): Partial<ProblemSources> {
  return {
    relays: () => [relayOf({ status: "silent" })],
    relayTimes: () => timesOf({ status: "silent" }),
    devices: () => devices,
  };
}

describe("what is wrong", () => {
  it("is nothing where all is well", () => {
    expect(find({})).toEqual([]);
    const sound = { ...{ store: () => undefined, spool: () => undefined, splunk: () => undefined } };
    const held = { intercept: () => ({ state: "held" }), nameServer: () => ({ state: "listening" }) };
    expect(find({ ...sound, ...held })).toEqual([]);
  });

  it("comes with errors first, and in the order of the table", () => {
    const everything: Partial<ProblemSources> = {
      relays: () => [relayOf({ status: "failed", error: "port 10000 is taken" })],
      devices: () => [deviceOf("a", { status: "offline" })],
      broker: () => ({ url: "mqtt://broker.test", awaySince: minutesAgo(1) }),
      capture: () => ({ problem: "the disk is full" }),
      waiting: () => 2,
      ...{ store: () => "the disk is full", spool: () => "no folder", splunk: () => "403" },
      intercept: () => ({ state: "failed", reason: "no nft", since: minutesAgo(3) }),
      nameServer: () => ({ state: "failed", error: "port 53 is taken" }),
    };
    expect(find(everything).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      ...["error store_failed", "error intercept_problem", "error name_server_failed", "error splunk_problem"],
      ...["error spool_problem", "error capture_problem", "error relay_failed", "error device_offline"],
      ...["warning broker_away", "warning outbox_waiting"],
    ]);
    expect(find(everything).every(({ text }) => !/[{}]/.test(text))).toBe(true);
  });

  it("is a broker that has been away for half a minute", () => {
    const awayFor = (ms: number) => ({ broker: () => ({ url: "mqtt://b", awaySince: (now - ms) as typeof now }) });
    expect(find(awayFor(29_999))).toEqual([]);
    expect(find(awayFor(30_000))).toMatchObject([
      { code: "broker_away", severity: "warning", facts: { url: "mqtt://b" }, since: now - 30_000 },
    ]);
  });

  it("is interception that was given up, and not one that was switched off", () => {
    expect(codes({ intercept: () => ({ state: "lifted", reason: "stopped" }) })).toEqual([]);
    expect(find({ intercept: () => ({ state: "failed" }) })).toMatchObject([{ facts: { detail: "the log says why" } }]);
  });
});

describe("what is wrong with a relay", () => {
  it("is that it does not listen", () => {
    const relays = () => [relayOf({ status: "failed", error: "port 10000 is taken" })];
    expect(find({ relays })).toMatchObject([
      {
        ...{ code: "relay_failed", severity: "error", relay: "deye", since: minutesAgo(15) },
        facts: { relay: "deye", error: "port 10000 is taken" },
      },
    ]);
  });

  it("is that none of its devices reports by day", () => {
    const devices = [
      deviceOf("a", { status: "offline", lastSeen: minutesAgo(34) }),
      deviceOf("b", { status: "offline", lastSeen: minutesAgo(90) }),
    ];
    const found = find(silent(devices));
    expect(found.map(({ code }) => code)).toEqual(["relay_silent", "device_offline", "device_offline"]);
    expect(found[0]).toMatchObject({ facts: { relay: "deye", minutes: 30 }, since: minutesAgo(34) });
  });

  it("is not that devices sleep, or call less often than others", () => {
    const gone = deviceOf("b", { status: "offline", lastSeen: minutesAgo(90) });
    expect(codes(silent([deviceOf("a", { status: "asleep", lastSeen: minutesAgo(300) })]))).toEqual([]);
    expect(codes(silent([deviceOf("a", { status: "asleep" }), gone]))).toEqual(["device_offline"]);
    expect(codes(silent([deviceOf("a")]))).toEqual([]);
  });

  it("is its silence also where its devices have no names", () => {
    expect(find(silent([]))).toMatchObject([{ code: "relay_silent", facts: { minutes: 10 }, since: minutesAgo(15) }]);
  });

  it.each([
    [0, 1],
    [9, 9],
    [19, 10],
    [59, 50],
    [119, 60],
    [700, 660],
  ])("counts %i minutes of silence as %i, so that the words stay", (minutes, told) => {
    const devices = [deviceOf("a", { status: "offline", lastSeen: minutesAgo(minutes) })];
    expect(find(silent(devices))[0]).toMatchObject({ code: "relay_silent", facts: { minutes: told } });
  });

  it.each(["waiting", "silent"] as const)("is after ten minutes that no device ever came, while it is %s", (status) => {
    const startedBefore = (minutes: number): Partial<ProblemSources> => ({
      relays: () => [relayOf({ status })],
      relayTimes: () => timesOf({ status, startedAt: minutesAgo(minutes), hasReported: false }),
      devices: () => [],
    });
    expect(find(startedBefore(9))).toEqual([]);
    expect(find(startedBefore(10))).toMatchObject([
      { code: "relay_waiting", severity: "warning", relay: "deye", facts: { relay: "deye", port: 10_000 } },
    ]);
    expect(codes({ ...startedBefore(10), devices: () => [deviceOf("a", { status: "asleep" })] })).toEqual([]);
  });

  it("is nothing before it has started", () => {
    expect(codes({ ...silent([]), relayTimes: () => undefined })).toEqual([]);
  });

  it("is that its cloud cannot be reached", () => {
    const outage = { relay: "deye", host: "cloud.test:1", detail: "no answer.", since: minutesAgo(4) };
    expect(find({ outages: () => [outage] })).toMatchObject([
      {
        ...{ code: "cloud_away", relay: "deye", since: minutesAgo(4), facts: { host: "cloud.test:1" } },
        text: "The relay deye cannot reach the cloud cloud.test:1: no answer.",
      },
    ]);
  });
});

describe("what is wrong with a device", () => {
  const refusal: Encryption = {
    ...{ state: "refused", since: minutesAgo(5), relay: "deye", address: "192.168.1.50", target: "cloud.test" },
    reason: "it refused Cloudtap's certificate: unknown ca",
  };
  const encrypted = (changes: Partial<Encryption>) => ({
    devices: () => [deviceOf("a", { encryption: { ...refusal, ...changes } })],
  });

  it("is that it cannot be read", () => {
    expect(find(encrypted({}))).toMatchObject([
      {
        ...{ code: "device_unread", severity: "error", device: "a", relay: "deye", since: minutesAgo(5) },
        facts: { device: "A", reason: refusal.reason },
      },
    ]);
  });

  it("is only a warning where nobody tries to read it", () => {
    expect(find(encrypted({ state: "unread" }))).toMatchObject([{ code: "device_unread", severity: "warning" }]);
  });

  it("is over once it is read, or tried again", () => {
    expect(codes(encrypted({ state: "readable" }))).toEqual([]);
    expect(codes(encrypted({ retried: true }))).toEqual([]);
  });

  it("is that it is away, and not that it sleeps", () => {
    const devices = () => [deviceOf("a", { status: "offline" }), deviceOf("b", { status: "asleep" }), deviceOf("c")];
    expect(find({ devices })).toMatchObject([
      { code: "device_offline", device: "a", relay: "deye", facts: { device: "A", since: minutesAgo(1) } },
    ]);
  });

  it("is told of the device alone through which others are reached", () => {
    const child = (id: string, parent: string): ObservedDevice => ({
      ...deviceOf(id, { status: "offline" }),
      description: { id: id as DeviceId, name: id, viaDevice: parent as DeviceId },
    });
    const devices = () => [
      ...[deviceOf("gone", { status: "offline" }), child("gone_1", "gone")],
      ...[deviceOf("there"), child("there_1", "there")],
    ];
    expect(find({ devices }).map(({ device }) => device)).toEqual(["gone", "there_1"]);
  });

  it("is no error any more where it has been away for a week", () => {
    const awayFor = (days: number) => ({
      devices: () => [deviceOf("a", { status: "offline", lastSeen: minutesAgo(days * 24 * 60) }), deviceOf("b")],
    });
    expect(find(awayFor(7))).toMatchObject([{ severity: "error" }]);
    expect(find(awayFor(7.1))).toMatchObject([{ severity: "warning" }]);
  });

  it("is nobody's where its relay is not configured any more", () => {
    expect(codes({ devices: () => [deviceOf("a", { status: "offline", relay: "former" })] })).toEqual([]);
  });

  it("is what waits for its cloud", () => {
    const asked: (string | undefined)[] = [];
    const waiting: ProblemSources["waiting"] = (relay, device) => {
      asked.push(device);
      return relay === "deye" && device !== "b" ? 3 : 0;
    };
    const devices = () => [deviceOf("a"), deviceOf("b"), deviceOf("c", { relay: "roof" })];
    const relays = () => [relayOf(), relayOf({ name: "roof" })];
    expect(find({ devices, relays, waiting })).toMatchObject([
      { code: "outbox_waiting", severity: "warning", device: "a", facts: { device: "A", count: 3 } },
    ]);
    // Counting is not free where much waits.
    expect(asked).toEqual([undefined, undefined, "a", "b"]);
  });
});
