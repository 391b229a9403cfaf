import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { type CaptureSetup, setUpCaptures } from "./capture-setup.js";
import { runCommand } from "./test-context.js";

async function setUp(): Promise<CaptureSetup> {
  const setup = await setUpCaptures();
  const { control } = setup;
  await control.start({ type: "relay", relay: "roof" }, 60_000, "on demand: command line");
  control.running = [
    ...control.running,
    { id: "c0", target: { type: "all" }, reason: "capture: always", since: control.now },
  ];
  control.captured = 1_200;
  control.dropped = 3;
  control.kept = [
    { name: "cloudtap-1.pcapng", bytes: 12_345_678, changedAt: control.now, isOpen: false },
    { name: "cloudtap-2.pcapng.part", bytes: 900, changedAt: (control.now + 1_000) as EpochMs, isOpen: true },
  ];
  return setup;
}

describe("cloudtap capture list", () => {
  it("says what is captured and which files there are", async () => {
    const { config, directory } = await setUp();
    const run = runCommand(["capture", "list", "--config", config]);
    expect(await run.exitCode).toBe(0);
    expect(run.out().split("\n")).toEqual([
      `Mode none, folder ${directory}`,
      "Since the start: 1200 packets captured, 3 dropped",
      "Captured at present:",
      "  relay roof: on demand: command line, since 2026-11-21T14:00:00.000Z, until 2026-11-21T14:01:00.000Z (c1)",
      "  all relays: capture: always, since 2026-11-21T14:00:00.000Z (c0)",
      "Files (12.3 MB):",
      "  cloudtap-1.pcapng    12.3 MB  2026-11-21T14:00:00.000Z",
      "  cloudtap-2.pcapng.part       1 kB  2026-11-21T14:00:01.000Z  being written",
      "",
    ]);
  });

  it("says that there is nothing, and why nothing is written", async () => {
    const { config, control } = await setUpCaptures();
    control.problem = "the disk is full";
    const run = runCommand(["capture", "list", "--config", config]);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain(
      "Nothing is written at present: the disk is full\nNothing is captured at present.\nNo files.\n",
    );
  });

  it("gives it as one JSON object", async () => {
    const { config, directory } = await setUp();
    const run = runCommand(["capture", "list", "--json", "--config", config]);
    expect(await run.exitCode).toBe(0);
    const since = "2026-11-21T14:00:00.000Z";
    expect(JSON.parse(run.out())).toEqual({
      ...{ mode: "none", directory, captured: 1_200, dropped: 3 },
      running: [
        {
          ...{ id: "c1", target: { type: "relay", relay: "roof" }, reason: "on demand: command line", since },
          until: "2026-11-21T14:01:00.000Z",
        },
        { id: "c0", target: { type: "all" }, reason: "capture: always", since, until: null },
      ],
      files: [
        { name: "cloudtap-1.pcapng", bytes: 12_345_678, changed: since, open: false },
        { name: "cloudtap-2.pcapng.part", bytes: 900, changed: "2026-11-21T14:00:01.000Z", open: true },
      ],
    });
  });
});
