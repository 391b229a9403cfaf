import { describe, expect, it } from "vitest";
import { kindOf } from "../../../../src/web/page/logic/frame-kind.js";

const up = "device-to-cloud" as const;
const kind = (label: string) => kindOf({ direction: up, label });

describe("kind of a frame", () => {
  it("is the same whatever is counted and measured", () => {
    expect(kind("[3/1] live record 1401 of Deye micro-inverter (0x5408)")).toBe(
      kind("[4/2] live record 1402 of Deye micro-inverter (0x5408)"),
    );
    expect(kind("[1/1] acknowledgement of hello, 2026-11-21T15:25:56Z, zone 0 min")).toBe(
      kind("[7/1] acknowledgement of hello, 2026-11-21T15:30:56Z, zone -60 min"),
    );
    expect(kind("192.168.1.3:5555 POST /emu_reports 1204 bytes")).toBe(
      kind("192.168.1.3:5556 POST /emu_reports 99 bytes"),
    );
  });

  it("is another one for other words, other ids and the other direction", () => {
    expect(kind("heartbeat")).not.toBe(kind("hello"));
    expect(kind("[1] C: reply with 0x0600")).not.toBe(kind("[2] C: reply with 0x0601"));
    expect(kind("heartbeat")).not.toBe(kindOf({ direction: "cloud-to-device", label: "heartbeat" }));
  });
});
