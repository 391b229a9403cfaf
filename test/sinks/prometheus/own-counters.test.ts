import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { RelayStatus } from "../../../src/model/ports.js";
import type { EpochMs } from "../../../src/model/time.js";
import { described, sessionAt, setUpMetrics } from "./sink-setup.js";

const session = sessionAt("roof", "acme");
const at = 0 as EpochMs;
const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
const own = 'relay="roof",protocol="acme"';

describe("what Cloudtap counts of itself", () => {
  it("W20: is sessions, open and ended, with who ended them", async () => {
    const { publish, samples } = setUpMetrics();
    for (let count = 0; count < 3; count += 1) publish({ type: "session-opened", session });
    const reason = { by: "cloud", how: "reset", detail: "the cloud closed at once" } as const;
    publish({ type: "session-closed", session, reason, counters });
    publish({ type: "encrypted", session, target: "", reason: "", at });
    publish({ type: "turned-away", relay: "roof", address: "192.0.2.1", reason: "too many", at });
    expect(await samples("cloudtap_sessions_started_total")).toEqual([`cloudtap_sessions_started_total{${own}} 3`]);
    expect(await samples("cloudtap_sessions_ended_total")).toEqual([
      `cloudtap_sessions_ended_total{${own},by="cloud",how="reset"} 1`,
    ]);
    expect(await samples("cloudtap_sessions_open")).toEqual([`cloudtap_sessions_open{${own}} 2`]);
    expect(await samples("cloudtap_sessions_unread_total")).toEqual([`cloudtap_sessions_unread_total{${own}} 1`]);
    expect(await samples("cloudtap_connections_turned_away_total")).toEqual([
      'cloudtap_connections_turned_away_total{relay="roof"} 1',
    ]);
  });

  it("is frames by direction and type, and those of its own and those it blocked", async () => {
    const { publish, samples } = setUpMetrics();
    const frame = { type: "frame", session, label: "", bytes: 1, data: new Uint8Array(1) } as const;
    publish({ ...frame, direction: "device-to-cloud", role: "report" });
    publish({ ...frame, direction: "device-to-cloud", role: "report" });
    publish({ ...frame, direction: "cloud-to-device", role: "acknowledgement", own: true });
    publish({ ...frame, direction: "cloud-to-device", role: "command", blocked: "not allowed" });
    expect(await samples("cloudtap_frames_total")).toEqual([
      `cloudtap_frames_total{${own},direction="device-to-cloud",type="report"} 2`,
      `cloudtap_frames_total{${own},direction="cloud-to-device",type="acknowledgement"} 1`,
      `cloudtap_frames_total{${own},direction="cloud-to-device",type="command"} 1`,
    ]);
    expect(await samples("cloudtap_frames_own_total")).toEqual([`cloudtap_frames_own_total{${own}} 1`]);
    expect(await samples("cloudtap_frames_blocked_total")).toEqual([`cloudtap_frames_blocked_total{${own}} 1`]);
  });

  it("is anomalies, events, readings and writes", async () => {
    const { publish, describe, read, samples } = setUpMetrics();
    describe(described("acme_1", []));
    read("acme_1", { power: 1 });
    read("acme_1", { power: 1 }, { live: false });
    const device = "acme_1" as DeviceId;
    publish({ type: "anomaly", session, anomaly: { kind: "garbage", direction: "device-to-cloud", detail: "" }, at });
    publish({ type: "event", event: { device, type: "grid_lost", at, attributes: {} } });
    const request = { device, key: "limit", value: 5 };
    publish({ type: "write-result", request, result: { status: "timeout", error: "" } });
    expect(await samples("cloudtap_readings_total")).toEqual([
      `cloudtap_readings_total{${own},live="true"} 1`,
      `cloudtap_readings_total{${own},live="false"} 1`,
    ]);
    expect(await samples("cloudtap_anomalies_total")).toEqual([`cloudtap_anomalies_total{${own},kind="garbage"} 1`]);
    expect(await samples("cloudtap_events_total")).toEqual([
      'cloudtap_events_total{protocol="acme",type="grid_lost"} 1',
    ]);
    expect(await samples("cloudtap_writes_total")).toEqual([
      'cloudtap_writes_total{protocol="acme",status="timeout"} 1',
    ]);
  });

  it("is whether each relay listens and is reported to", async () => {
    const { publish, samples } = setUpMetrics();
    const status: RelayStatus = {
      ...{ name: "roof", protocol: "acme", listen: "1", upstream: "a:1", cloud: "relay", status: "active" },
      ...{ sessionsOpen: 0, sessionsStarted: 0, sessionsEnded: 0, turnedAway: 0 },
    };
    publish({ type: "relay", relay: status });
    publish({ type: "relay", relay: { ...status, name: "pool", status: "failed", error: "in use" } });
    expect(await samples("cloudtap_relay_up")).toEqual([
      `cloudtap_relay_up{${own}} 1`,
      'cloudtap_relay_up{relay="pool",protocol="acme"} 0',
    ]);
    publish({ type: "relay", relay: { ...status, status: "silent" } });
    expect((await samples("cloudtap_relay_silent"))[0]).toBe(`cloudtap_relay_silent{${own}} 1`);
  });
});
