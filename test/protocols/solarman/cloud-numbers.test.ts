import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CloudNumbers, greeting } from "../../../src/protocols/solarman/cloud-numbers.js";
import { encodeAnswer, encodeCommand, encodeFrame, encodeHeartbeat } from "../../../src/protocols/solarman/encoder.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import { liveHead, serial } from "./dialogue.js";

function from(serverSequence: number, deviceSequence: number) {
  return { serverSequence: serverSequence & 0xff, deviceSequence: deviceSequence & 0xff, loggerSerial: serial };
}

function report(serverSequence: number, deviceSequence: number): Uint8Array {
  return encodeHeartbeat(from(serverSequence, deviceSequence));
}

/** What a cloud acknowledges a heartbeat with; only the numbers matter here. */
function acknowledge(frame: Uint8Array): Uint8Array {
  return encodeFrame((frame[4] ?? 0) - 0x30, from((frame[5] ?? 0) + 1, frame[6] ?? 0), new Uint8Array(10));
}

function numbersOf(frame: Uint8Array): readonly (number | undefined)[] {
  return [frame[5], frame[6]];
}

describe("the numbers that a cloud sees", () => {
  it("are the device's own, byte for byte, as long as Cloudtap only relays", () => {
    const numbers = new CloudNumbers();
    const frame = report(3, 200);
    numbers.noteReceived(frame);
    expect(numbers.toCloud(frame)).toBe(frame);
    const answer = acknowledge(frame);
    numbers.noteCloud(answer);
    expect(numbers.toDevice(answer)).toBe(answer);
  });

  it("go on without a gap after Cloudtap asked the device something", () => {
    const numbers = new CloudNumbers();
    const first = report(0, 7);
    numbers.toCloud(first);
    numbers.noteCloud(acknowledge(first));
    numbers.shift();
    // The device gave its number 8 to the answer that stays here, and tells byte 5 of Cloudtap's command since then.
    const second = numbers.toCloud(report(0x81, 9));
    expect(numbersOf(second)).toEqual([1, 8]);
    expect(numbersOf(numbers.toDevice(acknowledge(second)))).toEqual([2, 9]);
    expect(createSolarmanSplitter("device-to-cloud").push(second)).toMatchObject([{ whole: true }]);
  });

  it("leave what was sent before as it was", () => {
    const numbers = new CloudNumbers();
    const before = report(0, 7);
    numbers.toCloud(before);
    numbers.shift();
    expect(numbers.originOf(acknowledge(before))).toBe(7);
  });

  it("keep byte 5 of an answer, by which the cloud knows its command", () => {
    const numbers = new CloudNumbers();
    numbers.shift();
    numbers.noteCloud(encodeCommand(from(77, 0), 1, Buffer.from("AT+VER\r")));
    const answer = numbers.toCloud(encodeAnswer(from(76, 30), liveHead, 1, Buffer.from("+ok")));
    expect(numbersOf(answer)).toEqual([76, 1]);
    expect(numbersOf(numbers.toCloud(report(5, 31)))).toEqual([77, 2]);
  });

  it("close up over a frame that was kept from the cloud", () => {
    const numbers = new CloudNumbers();
    const frames = [report(0, 1), encodeAnswer(from(9, 2), liveHead, 2, new Uint8Array(2)), report(1, 3)];
    for (const frame of frames) numbers.noteReceived(frame);
    const [first = report(0, 0), , third = report(0, 0)] = frames;
    expect(numbersOf(numbers.toCloud(first))).toEqual([0, 1]);
    expect(numbersOf(numbers.toCloud(third))[1]).toBe(2);
  });

  it("remember a bounded number of frames that never go to the cloud", () => {
    const numbers = new CloudNumbers();
    for (let number = 0; number < 1_000; number += 1) numbers.noteReceived(report(0, number));
    const last = report(0, 255);
    numbers.noteReceived(last);
    expect(numbersOf(numbers.toCloud(last))[1]).toBe(1);
  });

  it("begin anew with a hello of our own, whose acknowledgement is known by itself", () => {
    const numbers = new CloudNumbers();
    numbers.toCloud(report(4, 90));
    const hello = encodeFrame(0x41, from(4, 80), new Uint8Array(86));
    const opening = numbers.greet(hello);
    expect(numbersOf(opening)).toEqual([0, 1]);
    expect(numbersOf(hello)).toEqual([4, 80]);
    expect(numbers.originOf(acknowledge(opening))).toBe(greeting);
    expect(numbers.originOf(acknowledge(report(0, 1)))).toBe(1);
    expect(numbersOf(numbers.toCloud(report(200, 91)))).toEqual([1, 2]);
  });
});

type Step = "report" | "acknowledge" | "command" | "answer" | "own" | "refusal";

const steps = fc.array(
  fc.constantFrom<Step>("report", "report", "acknowledge", "acknowledge", "command", "answer", "own", "refusal"),
  { maxLength: 700 },
);

/** Both ends of a session that Cloudtap stands in the middle of, each counting as the protocol says. */
class TwoLegs {
  readonly numbers = new CloudNumbers();
  /** What the cloud saw: [byte 5, byte 6]. */
  readonly seen: (readonly [number, number])[] = [];
  #deviceNumber = 0;
  #deviceHeard = 0;
  #cloudSaid = 0;
  #pending: { readonly sent: number; readonly frame: Uint8Array }[] = [];
  #commands: number[] = [];

  take(step: Step): void {
    this[step]();
  }

  report(): void {
    this.#deviceNumber = (this.#deviceNumber + 1) & 0xff;
    const frame = this.#toCloud(report(this.#deviceHeard, this.#deviceNumber));
    expect(frame[5]).toBe(this.#cloudSaid);
    this.#pending.push({ sent: this.#deviceNumber, frame });
    // A cloud that owes more than the counter can tell apart is lost anyway.
    if (this.#pending.length > 100) this.acknowledge();
  }

  acknowledge(): void {
    const open = this.#pending.shift();
    if (open === undefined) return;
    const answer = acknowledge(open.frame);
    this.#hear(answer);
    const passed = this.numbers.toDevice(answer);
    expect(passed[6]).toBe(open.sent);
    expect(createSolarmanSplitter("cloud-to-device").push(passed)).toMatchObject([{ whole: true }]);
    this.#deviceHeard = passed[5] ?? 0;
  }

  command(): void {
    const number = (this.#cloudSaid + 1) & 0xff;
    const frame = encodeCommand(from(number, 0), 1, Buffer.from("AT+VER\r"));
    this.#hear(frame);
    expect(this.numbers.toDevice(frame)).toBe(frame);
    this.#deviceHeard = number;
    this.#commands.push(number);
  }

  answer(): void {
    const number = this.#commands.shift();
    if (number === undefined) return;
    this.#deviceNumber = (this.#deviceNumber + 1) & 0xff;
    const frame = encodeAnswer(from(number, this.#deviceNumber), liveHead, 1, Buffer.from("+ok"));
    expect(this.#toCloud(frame)[5]).toBe(number);
  }

  /** Cloudtap's own command, whose answer stays here. */
  own(): void {
    this.numbers.shift();
    this.#deviceHeard = (this.numbers.newest + 0x80) & 0xff;
    this.#deviceNumber = (this.#deviceNumber + 1) & 0xff;
    this.numbers.noteReceived(
      encodeAnswer(from(this.#deviceHeard, this.#deviceNumber), liveHead, 2, new Uint8Array(8)),
    );
  }

  refusal(): void {
    const number = (this.#cloudSaid + 1) & 0xff;
    this.#hear(encodeCommand(from(number, 0), 2, new Uint8Array(8)));
    this.numbers.shift();
    this.seen.push([number, this.numbers.next()]);
  }

  #toCloud(frame: Uint8Array): Uint8Array {
    this.numbers.noteReceived(frame);
    const passed = this.numbers.toCloud(frame);
    expect(createSolarmanSplitter("device-to-cloud").push(passed)).toMatchObject([{ whole: true }]);
    this.seen.push([passed[5] ?? 0, passed[6] ?? 0]);
    return passed;
  }

  #hear(frame: Uint8Array): void {
    this.numbers.noteCloud(frame);
    this.#cloudSaid = frame[5] ?? 0;
  }
}

it("whatever is said in between, acknowledgements find their frame and the cloud's numbers have no gap", () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const legs = new TwoLegs();
      for (const step of taken) legs.take(step);
      for (const [index, [, number]] of legs.seen.entries()) expect(number).toBe((index + 1) & 0xff);
    }),
    { numRuns: 300 },
  );
});
