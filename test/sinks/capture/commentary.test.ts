import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BusMessage } from "../../../src/model/ports.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Values } from "../../../src/model/value.js";
import { describeAnomaly, describeFrame, describeReading } from "../../../src/sinks/capture/commentary.js";
import { allParts, inverter, openedAt, partsWithout, sessionInfo } from "../../support/capture-moments.js";

const session = sessionInfo("s-1");

function frame(label: string): Extract<BusMessage, { readonly type: "frame" }> {
  const data = Buffer.from("the bytes of a frame");
  const said = { direction: "device-to-cloud", role: "report", label, bytes: data.length, data } as const;
  return { type: "frame", session, ...said };
}

function reading(values: Values, measuredAt: EpochMs | undefined, live = true): string {
  const message = { type: "reading", session } as const;
  return describeReading({ ...message, reading: { device: inverter, measuredAt, receivedAt: openedAt, live, values } });
}

function anomaly(detail: string): string {
  const found = { kind: "bad_checksum", direction: "cloud-to-device", detail } as const;
  return describeAnomaly({ type: "anomaly", session, at: openedAt, anomaly: found }, 2);
}

describe("what stands beside a packet", () => {
  it("is of a frame what it was, how long, and its hash", () => {
    const hash = createHash("sha256").update("the bytes of a frame").digest("hex");
    expect(describeFrame(frame("data 0x42"), allParts)).toEqual([
      "report: data 0x42",
      `frame of 20 bytes, SHA-256 ${hash}`,
    ]);
  });

  it("is only what was asked for", () => {
    expect(describeFrame(frame("data"), partsWithout("J"))).toEqual(["report: data"]);
    expect(describeFrame(frame("data"), partsWithout("I"))).toEqual([expect.stringContaining("SHA-256")]);
    expect(describeFrame(frame("data"), partsWithout("I", "J"))).toEqual([]);
  });

  it("is of a reading whose it is, when it was measured, and its values", () => {
    expect(reading({ power: 412, mode: "grid", battery: null, is_on: true }, openedAt)).toBe(
      `reading of ${inverter}, 2026-06-21T10:00:00.000Z: power=412 mode=grid battery=unknown is_on=true`,
    );
  });

  it("says of a reading that it was stored, or that nobody knows when it was measured", () => {
    expect(reading({ power: 1 }, openedAt, false)).toContain("10:00:00.000Z, stored: power=1");
    expect(reading({ power: 1 }, undefined)).toContain("at an unknown time: power=1");
    expect(reading({ power: 1 }, Number.MAX_VALUE as EpochMs)).toContain("at an impossible time: power=1");
  });

  it("is of an anomaly its kind, weight, direction and what was found", () => {
    expect(anomaly("expected 1, found 2")).toBe("anomaly bad_checksum, score 2, cloud-to-device: expected 1, found 2");
  });

  it("is one line, whatever the device says, so that it never looks like a note of Cloudtap's", () => {
    const forged = "x\r\ncloudtap session=other leg=cloud security=plain";
    for (const text of [
      reading({ name: forged }, openedAt),
      anomaly(forged),
      ...describeFrame(frame(forged), allParts),
    ])
      expect(text).not.toMatch(/[\r\n]/);
  });

  it("is never longer than a person reads", () => {
    const long = "x".repeat(100_000);
    for (const text of [reading({ name: long }, openedAt), anomaly(long), ...describeFrame(frame(long), allParts)])
      expect(text.length).toBeLessThanOrEqual(2_000);
  });
});
