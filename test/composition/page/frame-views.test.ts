import { describe, expect, it } from "vitest";
import { createFrameViews } from "../../../src/composition/page/frame-views.js";
import type { SessionId } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { KeptFrame } from "../../../src/monitoring/frame-log.js";
import { protocols } from "../../../src/protocols/registry.js";

const heartbeat = Buffer.from("a5010010470100d2029649006215", "hex");
const frame: KeptFrame = {
  ...{ session: "s-1" as SessionId, number: 7, at: 1 as EpochMs, direction: "device-to-cloud", role: "report" },
  ...{ label: "heartbeat", bytes: heartbeat.length, data: heartbeat },
};
const view = createFrameViews(protocols);

describe("a frame on the page", () => {
  it("has its bytes and the names of its fields", () => {
    const shown = view(frame, "solarman");
    expect(shown).toMatchObject({ session: "s-1", number: 7, label: "heartbeat", hex: heartbeat.toString("hex") });
    expect(shown.fields[0]).toEqual({ offset: 0, length: 1, name: "start", value: "a5" });
  });

  it("tells that it was Cloudtap's own, or why it did not pass", () => {
    expect(view({ ...frame, own: true }, "solarman").own).toBe(true);
    expect(view({ ...frame, blocked: "firmware" }, "solarman").blocked).toBe("firmware");
  });

  it("has no names where it is kept in part, or nobody knows its protocol", () => {
    expect(view({ ...frame, bytes: 9_000 }, "solarman").fields).toEqual([]);
    expect(view(frame, "unheard").fields).toEqual([]);
  });
});
