import { describe, expect, it } from "vitest";
import { type CaptureCommandPorts, createCaptureCommands } from "../../src/composition/capture-commands.js";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";
import type { JsonObject, JsonValue } from "../../src/model/value.js";
import { FakeCaptures } from "../support/fake-captures.js";

const inverter = "solarman_2712345678" as DeviceId;

function setUp() {
  const control = new FakeCaptures();
  const ports: CaptureCommandPorts = { control, relays: ["deye", "pool"], devices: () => [inverter] };
  const commands = createCaptureCommands(ports);
  const ask = async (command: string, args: JsonObject = {}): Promise<JsonValue> => {
    const found = commands.get(command);
    if (typeof found !== "function") throw new Error(`expected a command ${command}`);
    return found(args);
  };
  const tap = commands.get("tap");
  if (tap === undefined || typeof tap === "function") throw new Error("expected a stream");
  return { control, ask, tap };
}

describe("captures over the local socket", () => {
  it("are begun by the name of a relay, of a device, or of everything", async () => {
    const { control, ask } = setUp();
    expect(await ask("capture-start", { name: "deye", seconds: 60 })).toEqual({
      directory: "/data/captures",
      running: {
        ...{ id: "c1", target: { type: "relay", relay: "deye" }, reason: "on demand: command line" },
        ...{ since: control.now, until: control.now + 60_000 },
      },
    });
    await ask("capture-start", { name: inverter.toUpperCase() });
    await ask("capture-start", { name: "all" });
    expect(control.running.slice(1)).toMatchObject([
      { target: { type: "device", device: inverter }, until: control.now + 600_000 },
      { target: { type: "all" } },
    ]);
  });

  it("are ended by name, by their own id, or all of them", async () => {
    const { control, ask } = setUp();
    for (const name of ["deye", "pool", "all", inverter]) await ask("capture-start", { name });
    expect(await ask("capture-stop", { name: "pool" })).toMatchObject([{ id: "c2" }]);
    expect(await ask("capture-stop", { name: "c3" })).toMatchObject([{ target: { type: "all" } }]);
    expect(control.running.map(({ id }) => id)).toEqual(["c1", "c4"]);
    expect(await ask("capture-stop", { name: "all" })).toMatchObject([{ id: "c1" }, { id: "c4" }]);
    expect(await ask("capture-stop")).toEqual([]);
  });

  it("are ended also where what they were begun for is gone", async () => {
    const { control, ask } = setUp();
    await control.start({ type: "device", device: "envoy_1" as DeviceId }, 1_000, "on demand");
    expect(await ask("capture-stop", { name: "envoy_1" })).toMatchObject([{ target: { device: "envoy_1" } }]);
  });

  it("are told with their files", async () => {
    const { control, ask } = setUp();
    control.kept = [{ name: "a.pcapng", bytes: 7, changedAt: 1 as EpochMs, isOpen: false }];
    control.problem = "the disk is full";
    expect(await ask("captures")).toEqual({
      ...{ mode: "none", directory: "/data/captures", running: [], captured: 0, dropped: 0 },
      ...{ problem: "the disk is full", files: [{ name: "a.pcapng", bytes: 7, changedAt: 1, isOpen: false }] },
    });
  });

  it("are streamed to whoever asks", async () => {
    const { control, tap } = setUp();
    const output = { write: () => true, onDrained: () => undefined };
    const end = (await tap.open({ name: "deye" }))(output);
    expect(control.taps).toEqual([{ target: { type: "relay", relay: "deye" }, output }]);
    end();
    expect(control.endedTaps).toBe(1);
  });

  it.each([
    [{ name: "deyee" }, "neither a relay nor a device deyee; did you mean deye?"],
    [{ name: "solarman_271234567" }, `did you mean ${inverter}?`],
    [{ name: "x".repeat(70) }, "neither a relay nor a device"],
    [{}, 'expected {"name": RELAY, DEVICE or "all"}'],
    [{ name: "deye", seconds: 0 }, "expected 1 to 604800 seconds, found 0"],
    [{ name: "deye", seconds: "60" }, 'found "60"'],
  ])("are refused: %j", async (args, message) => {
    const { control, ask, tap } = setUp();
    await expect(ask("capture-start", args)).rejects.toMatchObject({
      code: "CAPTURE_FAILED",
      message: expect.stringContaining(message),
    });
    if (!("seconds" in args)) await expect(tap.open(args)).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
    expect(control.running).toEqual([]);
  });
});
