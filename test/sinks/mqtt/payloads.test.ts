import { describe, expect, it } from "vitest";
import type { RelayStatus } from "../../../src/model/ports.js";
import type { EpochMs } from "../../../src/model/time.js";
import {
  anomalyPayload,
  bridgeInfoPayload,
  eventPayload,
  historicReadingPayload,
  responsePayload,
  valueText,
} from "../../../src/sinks/mqtt/payloads.js";
import { inverterId } from "./descriptions.js";

const at = Date.UTC(2026, 5, 21, 10) as EpochMs;

describe("payloads", () => {
  it("never writes an empty payload for an unknown value: that would delete the topic", () => {
    expect([null, Number.NaN, true, 12.5, "auto"].map(valueText)).toEqual(["None", "None", "true", "12.5", "auto"]);
  });

  it("lets no attribute of an event pass for its type or time", () => {
    const event = { device: inverterId, type: "fault", at, attributes: { code: 7, event_type: "other", time: 0 } };
    expect(eventPayload(event)).toEqual({ code: 7, event_type: "fault", time: "2026-06-21T10:00:00.000Z" });
  });

  it("tells when a stored record was measured beside when it came", () => {
    const values = { ac_power: 5 };
    const reading = { device: inverterId, measuredAt: (at - 1000) as EpochMs, receivedAt: at, live: false, values };
    expect(historicReadingPayload(reading)).toEqual({
      event_type: "historic_reading",
      time: "2026-06-21T10:00:00.000Z",
      measured_at: "2026-06-21T09:59:59.000Z",
      values,
    });
    expect(historicReadingPayload({ ...reading, measuredAt: undefined }).measured_at).toBeNull();
  });

  it("tells of an anomaly what, where and on which relay", () => {
    const anomaly = { kind: "bad_checksum", direction: "device-to-cloud", detail: "found 1" } as const;
    expect(anomalyPayload(anomaly, "roof", at)).toEqual({
      event_type: "anomaly",
      time: "2026-06-21T10:00:00.000Z",
      kind: "bad_checksum",
      direction: "device-to-cloud",
      detail: "found 1",
      relay: "roof",
    });
  });

  it("tells of a write what was read back, or what was asked for and why it is not so", () => {
    const request = { device: inverterId, key: "limit", value: 60 };
    expect(responsePayload(request, { status: "applied", value: 59 })).toEqual({
      ...{ key: "limit", value: 59, status: "applied" },
    });
    expect(responsePayload(request, { status: "timeout", error: "the device did not answer" })).toEqual({
      ...{ key: "limit", value: 60, status: "timeout", error: "the device did not answer" },
    });
  });

  it("describes the bridge with its relays", () => {
    const shown = {
      name: "roof",
      protocol: "solarman",
      listen: "0.0.0.0:10000",
      upstream: "cloud:10000",
      cloud: "relay" as const,
    };
    const relay: RelayStatus = {
      ...{ ...shown, status: "failed", error: "taken" },
      ...{ sessionsOpen: 1, sessionsStarted: 3, sessionsEnded: 2, turnedAway: 0 },
    };
    expect(bridgeInfoPayload({ version: "1.2.3", startedAt: at, relays: [relay] })).toEqual({
      version: "1.2.3",
      started: "2026-06-21T10:00:00.000Z",
      relays: [
        { ...shown, status: "failed", error: "taken", sessions_open: 1, sessions_started: 3, sessions_ended: 2 },
      ],
    });
  });
});
