import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { encodeAnswer, encodeReport } from "../support/blueprint/encoder.js";
import { createCloudSimulator } from "../support/blueprint/simulator.js";
import { writeRecordingFile } from "../support/recording-file.js";
import { runCommand } from "./test-context.js";

const report = (sequence: number): Buffer =>
  encodeReport(1_000, sequence, { powerW: 1, temperatureC: 2, energyTotalWh: 3 });

describe("cloudtap simulate --replay", () => {
  let server: Server;
  let target: string;
  let file: string;
  let heard: Buffer[];
  let endings: string[];
  let answers: boolean;

  beforeEach(async () => {
    [heard, endings, answers] = [[], [], true];
    server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      const cloud = createCloudSimulator();
      const index = heard.push(Buffer.alloc(0)) - 1;
      socket.on("error", () => endings.push("error"));
      socket.on("end", () => {
        endings.push("end");
        socket.end();
      });
      socket.on("data", (chunk: Buffer) => {
        heard[index] = Buffer.concat([heard[index] ?? Buffer.alloc(0), chunk]);
        if (!answers) socket.destroy();
        else
          for (const action of cloud.received(chunk, 0 as EpochMs))
            if (action.type === "send") socket.write(action.bytes);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    target = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    file = join(mkdtempSync(join(tmpdir(), "cloudtap-replay-")), "in.pcapng");
  });

  afterEach(() => {
    server.close();
  });

  const session = (first: number) => ({
    protocol: "blueprint",
    turns: [
      { direction: "device-to-cloud", bytes: report(first) },
      { direction: "cloud-to-device", bytes: encodeAnswer(1_000, first, 0x01) },
      { direction: "device-to-cloud", bytes: report(first + 1) },
      { direction: "cloud-to-device", bytes: encodeAnswer(1_000, first + 1, 0x01) },
    ] as const,
  });

  it("says what the devices said, session by session, when the answers have come", async () => {
    writeRecordingFile(file, [session(1), session(7)]);
    const run = runCommand(["simulate", "--target", target, "--replay", file, "--fast"]);
    expect(await run.exitCode).toBe(0);
    expect(heard).toEqual([Buffer.concat([report(1), report(2)]), Buffer.concat([report(7), report(8)])]);
    expect(endings).toEqual(["end", "end"]);
    expect(run.err()).toBe("cloudtap: 2 of 2 sessions played to their end\n");
    expect(run.out()).toMatch(/^\S+Z session 2, blueprint: connected$/m);
  });

  it("keeps the pauses, as much faster as is asked for", async () => {
    writeRecordingFile(file, [session(1)]);
    const run = runCommand(["simulate", "--target", target, "--replay", file, "--speed", "50"]);
    expect(await run.exitCode).toBe(0);
    expect(heard).toEqual([Buffer.concat([report(1), report(2)])]);
  });

  it("exits with 1 when the cloud ends a session too early, or cannot be reached", async () => {
    writeRecordingFile(file, [session(1)]);
    answers = false;
    const run = runCommand(["simulate", "--target", target, "--replay", file, "--fast"]);
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toBe("cloudtap: 0 of 1 sessions played to their end\n");
    server.close();
    await once(server, "close");
    const alone = runCommand(["simulate", "--target", target, "--replay", file, "--fast"]);
    expect(await alone.exitCode).toBe(1);
    expect(alone.out()).toContain("cannot connect");
  });

  it("plays nothing that is encrypted, and says so", async () => {
    const hello = Buffer.from("1603010020".padEnd(80, "0"), "hex");
    writeRecordingFile(file, [
      { protocol: "raw", security: "splice", turns: [{ direction: "device-to-cloud", bytes: hello }] },
    ]);
    const run = runCommand(["simulate", "--target", target, "--replay", file, "--fast"]);
    expect(await run.exitCode).toBe(1);
    expect(run.out()).toContain("cannot be played: what was recorded is encrypted");
    expect(heard).toEqual([]);
  });

  it("takes the protocol from the command line where the recording does not tell", async () => {
    writeFileSync(
      file,
      `> ${report(1).toString("hex")}\n< ${encodeAnswer(1_000, 1, 0x01).toString("hex")}\n> ${report(2).toString("hex")}\n`,
    );
    const run = runCommand(["simulate", "blueprint", "--target", target, "--replay", file]);
    expect(await run.exitCode).toBe(0);
    expect(heard).toEqual([Buffer.concat([report(1), report(2)])]);
  });

  it("refuses options that do not fit", async () => {
    writeRecordingFile(file, [session(1)]);
    const replay = ["simulate", "--target", target, "--replay", file];
    expect(await runCommand([...replay, "--once"]).exitCode).toBe(2);
    expect(await runCommand([...replay, "--fast", "--speed", "2"]).exitCode).toBe(2);
    expect(await runCommand(["simulate", "--target", target, "--replay", "/nowhere"]).exitCode).toBe(2);
    expect(await runCommand(["simulate", "blueprint", "--target", target, "--fast"]).exitCode).toBe(2);
    expect(await runCommand(["simulate", "--target", target]).exitCode).toBe(2);
  });
});
