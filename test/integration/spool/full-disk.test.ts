import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithNetworks } from "../../support/network/requirements.js";
import { asSeenBy, remount, withTmpfs } from "../capture/mounted-folder.js";
import { rounds } from "../device-rounds.js";
import { PlayedDevice } from "../played-device.js";
import { Program, temporaryFolder } from "../program.js";

describeWithNetworks("a spool that finds no room", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let spool: string;
  let program: Program;

  beforeEach(() => {
    folder = temporaryFolder();
    spool = join(folder.path, "data", "spool");
    mkdirSync(spool, { recursive: true });
  });

  afterEach(async () => {
    await program.end("SIGKILL");
    folder.remove();
  });

  async function start(options: string): Promise<PlayedDevice> {
    program = await Program.start({
      folder: folder.path,
      relays: [{ name: "roof", protocol: "envoy", cloud: "local" }],
      extra: { spool: { enabled: true } },
      spawn: withTmpfs(spool, options),
    });
    return new PlayedDevice({ protocol: "envoy", port: program.port("roof"), extra: { inverters: "3" } });
  }

  const said = (message: string, level?: number): number =>
    program.logs.filter((line) => line.msg === message && (level === undefined || line.level === level)).length;

  const reports = (): number => {
    const day = join(asSeenBy(program, spool), "roof");
    if (!existsSync(day)) return 0;
    const names = readdirSync(day, { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".xml")).length;
  };

  it("hurts no report, says so once, and keeps what came meanwhile once there is room", async () => {
    const device = await start("size=1m");
    const ballast = join(asSeenBy(program, spool), "ballast");
    fill(ballast);
    for (let report = 0; report < 3; report += 1) await rounds.envoy.play(device);
    await program.waitForLogs("spool cannot be written");
    expect(device.sessions.flatMap((session) => rounds.envoy.faults(session))).toEqual([]);
    expect(said("spool cannot be written", 50)).toBe(1);
    rmSync(ballast);
    await program.waitForLogs("spool is written again");
    await rounds.envoy.play(device);
    expect(await program.end()).toBe(0);
    expect(program.logs.findLast(({ msg }) => msg === "spool closed")).toMatchObject({ lost: 0 });
    expect(said("spool cannot be written", 50)).toBe(1);
  }, 120_000);

  it("does the same where the folder cannot be written to", async () => {
    const device = await start("size=1m,ro");
    await rounds.envoy.play(device);
    await program.waitForLogs("spool cannot be written");
    expect(device.sessions.flatMap((session) => rounds.envoy.faults(session))).toEqual([]);
    remount(program, spool, "rw");
    await program.waitForLogs("spool is written again");
    expect(reports()).toBe(1);
  }, 120_000);
});

/** Writes until there is no room. */
function fill(path: string): void {
  for (let size = 1_000_000; size >= 1_000; size /= 10) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: "a" });
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOSPC") break;
        throw error;
      }
    }
  }
}
