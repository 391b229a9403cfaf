import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startGuard } from "../../src/intercept/guard.js";

/** Longer than any test: silence alone ends nothing. */
const patient = 600;

describe("the guard", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-guard-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function lifting(name = "lifted"): readonly (readonly string[])[] {
    return [["false"], ["no-such-program"], ["touch", join(folder, name)]];
  }

  it("lifts when the program is killed, though it is told to end with its group", async () => {
    const lifted = appearance(folder, "lifted");
    const program = spawn(process.execPath, ["--import", "tsx", "test/intercept/guard-process.ts"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, GUARD_COMMANDS: JSON.stringify(lifting()) },
    });
    const pid = Number(await firstLine(program.stdout));
    while (!ignoresTermination(pid)) await new Promise((resolve) => setImmediate(resolve));
    process.kill(pid, "SIGTERM");
    process.kill(pid, "SIGHUP");
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    program.kill("SIGKILL");
    await lifted;
  });

  it("holds nothing of the program: no terminal, no group, no descriptor", () => {
    const guard = startGuard({ commands: lifting(), patienceS: patient });
    const pid = guard.pid ?? 0;
    const [, group, session] = /^\d+ \(.*\) \S+ \d+ (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    expect([Number(group), Number(session)]).toEqual([pid, pid]);
    expect(readlinkSync(`/proc/${pid}/fd/1`)).toBe("/dev/null");
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
    guard.dismiss();
  });

  it("does nothing when it is dismissed", async () => {
    const guard = startGuard({ commands: lifting(), patienceS: patient });
    guard.beat();
    guard.beat();
    guard.dismiss();
    await ending(guard);
    expect(existsSync(join(folder, "lifted"))).toBe(false);
    guard.beat();
    guard.dismiss();
  });

  it("lifts after silence though the program still runs", async () => {
    const lifted = appearance(folder, "lifted");
    const guard = startGuard({ commands: lifting(), patienceS: 1 });
    await lifted;
    await ending(guard);
    guard.beat();
  });

  it("takes the words of a command as they are", async () => {
    const name = "it's $HOME; a 'name'";
    const lifted = appearance(folder, name);
    const guard = startGuard({ commands: [["touch", join(folder, name)]], patienceS: 1 });
    await lifted;
    await ending(guard);
    guard.beat();
  });
});

function appearance(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    });
  });
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => stream.once("data", (data: Buffer) => resolve(data.toString().trim())));
}

function ending(guard: { readonly alive: boolean }): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (guard.alive) setImmediate(look);
      else resolve();
    };
    look();
  });
}

/** The shell has got as far as its first line. */
function ignoresTermination(pid: number): boolean {
  const [, mask = "0"] = /^SigIgn:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (BigInt(`0x${mask}`) & (1n << 14n)) !== 0n;
}
