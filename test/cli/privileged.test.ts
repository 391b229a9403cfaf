import { type ChildProcess, fork } from "node:child_process";
import { connect } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { supervise } from "../../src/cli/privileged.js";
import { createPrivilegedPorts } from "../../src/cli/privileged-ports.js";
import type { Interception } from "../../src/intercept/interception.js";
import { systemClock } from "../../src/runtime/clock.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";
import { freePort } from "../support/mosquitto.js";

describe("the privileged process", () => {
  let recorder: LogRecorder;
  let calls: string[];
  let child: ChildProcess;

  beforeEach(() => {
    recorder = recordLog();
    calls = [];
  });

  const interception: Interception = {
    name: "interception",
    serve: (relays) => void calls.push(`serve ${relays}`),
    start: async () => void calls.push("start"),
    stop: async () => void calls.push("stop"),
    status: () => ({ mode: "redirect", state: "held", since: systemClock.now(), findings: [], counters: [] }),
  };

  function run(scene: string, port = 0): Promise<number> {
    return supervise({
      log: recorder.log,
      clock: systemClock,
      interception,
      listeners: createPrivilegedPorts({ allowed: [{ host: "127.0.0.1", port }], makeTransparent: () => undefined }),
      start: () => {
        child = fork("test/cli/privileged-child.ts", [scene, String(port)], {
          execArgv: ["--import", "tsx"],
          stdio: ["ignore", "pipe", "inherit", "ipc"],
        });
        return child;
      },
    });
  }

  it("ends with the exit code of the relaying one, and lifts", async () => {
    expect(await run("exit")).toBe(3);
    expect(calls).toEqual(["serve deye", "start", "stop"]);
  });

  it("lifts at once when the relaying one is killed", async () => {
    expect(await run("crash")).toBe(1);
    expect(calls).toEqual(["serve deye", "start", "stop"]);
    expect(recorder.of("relaying was ended")).toMatchObject([{ signal: "SIGKILL" }]);
  });

  it("hands signals on, and lifts before the relays close", async () => {
    expect(await run("stop")).toBe(0);
    expect(calls).toEqual(["serve deye", "start", "stop", "stop"]);
    expect(process.listenerCount("SIGTERM")).toBe(0);
  });

  it("opens ports for the relaying one, which alone serves them", async () => {
    const port = await freePort();
    const ended = run("listen", port);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    const answer = await new Promise<string>((resolve) => {
      connect(port, "127.0.0.1").on("data", (data) => resolve(data.toString()));
    });
    expect(answer).toBe(String(process.getuid?.()));
    expect(await ended).toBe(0);
  });

  it("opens nothing that the configuration does not name", async () => {
    expect(await run("refused")).toBe(0);
  });

  it("says why the relaying one cannot start", async () => {
    const code = await supervise({
      log: recorder.log,
      clock: systemClock,
      interception: undefined,
      listeners: async () => undefined,
      start: () => fork("cli.js", [], { execPath: "/nonexistent/node" }),
    });
    expect(code).toBe(1);
    expect(recorder.of("relaying cannot start")).toMatchObject([{ code: "PRIVILEGE_FAILED" }]);
  });
});
