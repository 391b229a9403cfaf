import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { setUpCapture, temporaryFolder } from "../../support/capture-setup.js";

const roof = { type: "relay", relay: "roof" } as const;
const pool = { type: "relay", relay: "pool" } as const;

describe("captures on demand", () => {
  it("go on until their time has come, and are renewed by who asks again", async () => {
    const rig = setUpCapture({ mode: "none" });
    onTestFinished(() => rig.stop());
    const { clock } = rig;
    const { control } = rig.capture;
    const first = await control.start(roof, 10_000, "because");
    clock.advance(9_000);
    const again = await control.start(roof, 10_000, "because");
    expect(again).toMatchObject({ id: first.id, reason: "because", until: clock.now() + 10_000 });
    clock.advance(9_999);
    expect(control.status().running).toHaveLength(1);
    clock.advance(1);
    expect(control.status().running).toEqual([]);
  });

  it("are ended by target, or all of them, but nothing that was not asked for", async () => {
    const rig = setUpCapture({ mode: "always" });
    onTestFinished(() => rig.stop());
    const { control, sink } = rig.capture;
    await sink.start();
    await control.start(roof, 10_000, "a");
    await control.start(pool, 10_000, "b");
    expect((await control.stop(pool)).map(({ reason }) => reason)).toEqual(["b"]);
    expect((await control.stop(undefined)).map(({ reason }) => reason)).toEqual(["a"]);
    expect(control.status().running.map(({ reason }) => reason)).toEqual(["always"]);
  });

  it("say what is in the way, and what cannot be listed", async () => {
    const folder = temporaryFolder();
    const directory = join(folder, "file");
    writeFileSync(directory, "not a folder");
    const rig = setUpCapture({ mode: "none", directory });
    onTestFinished(() => rig.stop());
    const { control } = rig.capture;
    await expect(control.start(roof, 1_000, "x")).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
    await expect(control.files()).rejects.toMatchObject({ code: "STORE_FAILED" });
    rmSync(directory);
    await expect(control.start(roof, 1_000, "x")).resolves.toMatchObject({ target: roof });
  });
});
