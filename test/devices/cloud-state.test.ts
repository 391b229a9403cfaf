import { describe, expect, it } from "vitest";
import { type CloudMessage, modeEvent, nextCloudState } from "../../src/devices/cloud-state.js";
import type { CloudMode } from "../../src/model/command.js";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";
import { testSession as session } from "../support/hub-setup.js";

const device = "acme_1" as DeviceId;
const at = (ms: number) => ms as EpochMs;

function became(mode: CloudMode): CloudMessage {
  return { type: "cloud-mode", session, device, mode, reason: "connection refused", at: at(7) };
}

describe("what is known of a device's cloud", () => {
  it("is the mode and when it last answered, each without touching the other", () => {
    const answered = nextCloudState({ mode: "local" }, { type: "cloud-answered", device, at: at(5) });
    expect(answered).toEqual({ mode: "local", lastAnswerAt: 5 });
    expect(nextCloudState(answered, became("relay"))).toEqual({ mode: "relay", lastAnswerAt: 5 });
  });

  it("begins with a cloud that is asked where all that is known is an answer", () => {
    expect(nextCloudState(undefined, { type: "cloud-answered", device, at: at(5) })).toEqual({
      mode: "relay",
      lastAnswerAt: 5,
    });
  });

  it("never takes an earlier answer for the last one", () => {
    const known = { mode: "relay", lastAnswerAt: at(9) } as const;
    expect(nextCloudState(known, { type: "cloud-answered", device, at: at(5) })).toEqual(known);
  });

  it("is an event when the mode becomes another one, but not when it becomes known", () => {
    expect(modeEvent({ mode: "relay" }, became("local"))).toEqual({
      ...{ device, type: "cloud_mode", at: 7 },
      attributes: { mode: "local", reason: "connection refused" },
    });
    expect(modeEvent({ mode: "local" }, became("local"))).toBeUndefined();
    expect(modeEvent(undefined, became("local"))).toBeUndefined();
    expect(modeEvent({ mode: "local" }, { type: "cloud-answered", device, at: at(5) })).toBeUndefined();
  });
});
