import { describe, expect, it } from "vitest";
import type { WriteResult } from "../../../src/model/command.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { ControlLevel, Player, PlayerAction } from "../../../src/model/protocol.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Value } from "../../../src/model/value.js";
import { encodeAcknowledgement } from "../../../src/protocols/solarman/cloud.js";
import { encodeCommand } from "../../../src/protocols/solarman/encoder.js";
import { encodeWriteRequest } from "../../../src/protocols/solarman/modbus.js";
import { createDeviceSimulator } from "../../../src/protocols/solarman/simulator.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import { Dialogue, start } from "./dialogue.js";

/** Runs a simulated logger in virtual time against a cloud that answers or is silent. */
class Stage {
  readonly dialogue: Dialogue;
  /** Types of the frames that it sent, in order. */
  readonly sent: number[] = [];
  readonly log: string[] = [];
  now: number = start;
  cloudAnswers = true;
  connections = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  readonly #answers: Uint8Array[] = [];
  readonly #answeredBy: "cloud" | "conversation";
  #lastSent = new Uint8Array(0);
  readonly #player: Player;

  constructor(
    extra: Readonly<Record<string, string>> = {},
    intervalS = 300,
    control: ControlLevel = "off",
    answeredBy: "cloud" | "conversation" = "cloud",
  ) {
    this.dialogue = new Dialogue(undefined, control);
    this.#answeredBy = answeredBy;
    this.#player = createDeviceSimulator({ index: 0, intervalS, extra });
    this.#connect();
  }

  runFor(seconds: number): void {
    const until = this.now + seconds * 1000;
    for (let turn = 0; this.#wakeAt <= until; turn += 1) {
      if (turn > 20_000) throw new Error("it wakes without end");
      this.now = Math.max(this.now, this.#wakeAt);
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#do(this.#player.woken(this.now as EpochMs));
    }
    this.now = until;
  }

  give(bytes: Uint8Array): void {
    this.#do(this.#player.received(bytes, this.now as EpochMs));
  }

  /** Undefined: the logger did not answer. */
  write(key: string, value: Value): WriteResult | undefined {
    const { conversation } = this.dialogue;
    const request = { device: "solarman_2712345678" as DeviceId, key, value };
    const injection = conversation.encode?.(request, this.now as EpochMs) ?? "nothing is written";
    if (typeof injection === "string") throw new Error(injection);
    let frame = injection.frame;
    for (;;) {
      const count = this.sent.length;
      this.dialogue.own(frame);
      this.give(frame);
      if (this.sent.length === count) return undefined;
      const answer = { direction: "device-to-cloud", bytes: this.#lastSent, whole: true } as const;
      const step = injection.next(answer, this.now as EpochMs);
      if (step.type === "done") return step.result;
      if (step.type === "send") frame = step.frame;
    }
  }

  cut(): void {
    this.#do(this.#player.disconnected(this.now as EpochMs));
  }

  #connect(): void {
    this.connections += 1;
    this.dialogue.now = this.now;
    this.dialogue.reconnect();
    this.#do(this.#player.connected(this.now as EpochMs));
  }

  /** What the cloud says reaches the logger after it has done everything else, as it does over a network. */
  #do(actions: readonly PlayerAction[]): void {
    this.#act(actions);
    for (let answer = this.#answers.shift(); answer !== undefined; answer = this.#answers.shift()) this.give(answer);
  }

  #act(actions: readonly PlayerAction[]): void {
    for (const action of actions) {
      if (action.type === "wake") this.#wakeAt = this.now + action.afterMs;
      else if (action.type === "connect") this.#connect();
      else if (action.type === "end" || action.type === "reset") this.cut();
      else if (action.type === "log") this.log.push(action.text);
      else this.#take(action.bytes);
    }
  }

  #take(bytes: Uint8Array): void {
    expect(createSolarmanSplitter("device-to-cloud").push(bytes)).toMatchObject([{ whole: true }]);
    this.sent.push(bytes[4] ?? 0);
    this.dialogue.now = this.now;
    this.dialogue.device(bytes);
    this.#lastSent = Uint8Array.from(bytes);
    if (!this.cloudAnswers) return;
    if (this.#answeredBy === "conversation") {
      this.#answers.push(...this.dialogue.answer(bytes));
      return;
    }
    const answer = encodeAcknowledgement(bytes, this.now as EpochMs, 120);
    if (answer !== undefined) this.#answers.push(answer);
  }

  get readings() {
    return this.dialogue.decoded.flatMap((one) => one.readings);
  }
}

describe("the simulated logger", () => {
  it("opens a session with hello, data, WiFi info and report, one after the other", () => {
    expect(new Stage().sent).toEqual([0x41, 0x42, 0x43, 0x48]);
  });

  it("waits for each acknowledgement", () => {
    const stage = new Stage();
    stage.cloudAnswers = false;
    stage.sent.length = 0;
    stage.runFor(125);
    expect(stage.sent).toEqual([0x47]);
  });

  it("goes on with heartbeats each two minutes and data at its interval, all of it clean", () => {
    const stage = new Stage();
    stage.runFor(1_200);
    expect(stage.sent.filter((type) => type === 0x42)).toHaveLength(5);
    expect(stage.sent.filter((type) => type === 0x47)).toHaveLength(10);
    expect(stage.dialogue.anomalies).toEqual([]);
    const powers = stage.readings.filter((reading) => reading.values.power !== undefined);
    expect(powers).toHaveLength(5);
    expect(powers.every((reading) => reading.live && reading.values.energy_today !== undefined)).toBe(true);
    expect(powers[4]?.measuredAt).toBe(start + 1_200_000);
  });

  it("reports at the interval that it is given", () => {
    const stage = new Stage({}, 5);
    stage.runFor(60);
    expect(stage.sent.filter((type) => type === 0x42)).toHaveLength(13);
  });

  it("tries three times, gives up, comes back, and sends what was missed as stored records", () => {
    const stage = new Stage();
    stage.cloudAnswers = false;
    stage.runFor(400);
    expect(stage.connections).toBeGreaterThan(3);
    expect(stage.log).toContain("no acknowledgement, giving this connection up");
    stage.runFor(800);
    stage.cloudAnswers = true;
    stage.runFor(60);
    const stored = stage.readings.filter((reading) => !reading.live);
    expect(stored.length).toBeGreaterThanOrEqual(2);
    expect(stored.every((reading) => Number(reading.measuredAt) < stage.now)).toBe(true);
    expect(stage.dialogue.anomalies).toEqual([]);
    const count = stage.sent.length;
    stage.cut();
    stage.runFor(30);
    expect(stage.sent.slice(count).filter((type) => type === 0x42)).toHaveLength(1);
  });

  it("sends the unanswered record again with the same counter, so that it counts once", () => {
    const stage = new Stage();
    stage.runFor(290);
    const before = stage.readings.length;
    stage.cloudAnswers = false;
    stage.runFor(35);
    expect(stage.sent.slice(-3)).toEqual([0x42, 0x42, 0x42]);
    expect(stage.readings.length).toBe(before + 1);
  });

  it("is gone at night and back in the morning", () => {
    const stage = new Stage({ start: "19", speed: "60" });
    stage.runFor(60);
    expect(stage.log).toContain("night: the inverter is without power");
    const count = stage.sent.length;
    stage.runFor(500);
    expect(stage.sent.length).toBe(count);
    stage.runFor(300);
    expect(stage.sent.slice(count, count + 4)).toEqual([0x41, 0x42, 0x43, 0x48]);
    expect(stage.dialogue.anomalies).toEqual([]);
  });

  it("can begin at an hour or a time, and begins at ten otherwise", () => {
    const power = (extra: Readonly<Record<string, string>>): unknown =>
      new Stage(extra).readings.find((reading) => reading.values.power !== undefined)?.values.power;
    expect(power({ start: "13" })).toBeGreaterThan(Number(power({})));
    expect(power({ start: "2026-12-01T10:00" })).toBe(power({}));
    expect(power({ start: "noon" })).toBe(power({}));
    expect(power({ start: "23" })).toBeUndefined();
  });

  it("answers commands between its own frames without losing its place", () => {
    const stage = new Stage();
    const address = { serverSequence: 77, deviceSequence: 0, loggerSerial: 2_712_345_678 };
    stage.cloudAnswers = false;
    stage.runFor(121);
    stage.give(encodeCommand(address, 2, encodeWriteRequest(40, [50])));
    expect(stage.sent.at(-1)).toBe(0x15);
    expect(stage.dialogue.decoded.at(-1)).toMatchObject({ role: "command-result" });
    stage.cloudAnswers = true;
    stage.runFor(300);
    expect(stage.readings.at(-1)?.values.active_power_limit).toBe(50);
    expect(stage.dialogue.anomalies).toEqual([]);
  });

  it.each([
    ["obeys", {}, { status: "applied", value: 50 }],
    ["refuses", { writes: "refuse" }, { status: "rejected" }],
    ["ignores", { writes: "ignore" }, undefined],
  ])("%s what is written through a conversation", (_name, extra, expected) => {
    const stage = new Stage(extra, 300, "experimental");
    const result = stage.write("active_power_limit", 50);
    if (expected === undefined) expect(result).toBeUndefined();
    else expect(result).toMatchObject(expected);
    expect(stage.dialogue.anomalies).toEqual([]);
  });

  it("takes what is said in the cloud's place", () => {
    const stage = new Stage({}, 300, "off", "conversation");
    stage.runFor(1_200);
    expect(stage.connections).toBe(1);
    expect(stage.sent.filter((type) => type === 0x42)).toHaveLength(5);
    expect(stage.dialogue.anomalies).toEqual([]);
  });

  it("gives each device its own serial numbers", () => {
    const ids = [0, 1].map((index) => {
      const [action] = createDeviceSimulator({ index, intervalS: 300, extra: {} }).connected(start);
      return action?.type === "send" && Buffer.from(action.bytes).readUInt32LE(7);
    });
    expect(ids).toEqual([2_712_345_678, 2_712_345_679]);
  });
});
