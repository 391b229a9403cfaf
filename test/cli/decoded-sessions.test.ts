import { describe, expect, it } from "vitest";
import { type DecodedItem, DecodedSessions } from "../../src/cli/decoded-sessions.js";
import type { Decoded } from "../../src/model/protocol.js";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../../src/model/recording.js";
import type { Direction } from "../../src/model/session.js";
import { createProbe } from "../../src/wire/probe.js";
import { encodeInterval, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";

const meter = { ...blueprint, probe: createProbe([0xb1, 0x7e]) };
const report = encodeReport(1000, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 5 });
const interval = encodeInterval(1000, 2, 60);

/** One leg, in the words of a recording. */
class Script {
  readonly events: RecordedEvent[] = [];
  readonly leg: RecordedLeg;
  #at = 1_000_000_000;
  #place = 0;

  constructor(id: string, change: Partial<RecordedLeg> = {}) {
    const end = { address: "192.0.2.1", port: 9 };
    this.leg = { id, client: end, server: end, ...change };
    this.events.push({ type: "opened", leg: this.leg, at: this.#at as EpochUs, complete: true });
  }

  device(bytes: Uint8Array): this {
    return this.#add("data", "device-to-cloud", bytes);
  }

  cloud(bytes: Uint8Array): this {
    return this.#add("data", "cloud-to-device", bytes);
  }

  ended(direction: Direction): this {
    return this.#add("ended", direction);
  }

  reset(direction: Direction): this {
    return this.#add("reset", direction);
  }

  lost(direction: Direction, bytes: number): this {
    this.events.push({ type: "lost", leg: this.leg, direction, bytes, ...this.#next() });
    return this;
  }

  closed(): readonly RecordedEvent[] {
    return [...this.events, { type: "closed", leg: this.leg, at: this.#next().at }];
  }

  #add(type: "data" | "ended" | "reset", direction: Direction, bytes: Uint8Array = new Uint8Array(0)): this {
    const where = { leg: this.leg, direction, ...this.#next() };
    this.events.push(type === "data" ? { type, ...where, bytes } : { type, ...where });
    return this;
  }

  #next(): { readonly at: EpochUs; readonly place: number } {
    this.#at += 1001;
    this.#place += 1;
    return { at: this.#at as EpochUs, place: this.#place };
  }
}

function outline(item: DecodedItem): string {
  const { number, verdict } = item.session;
  switch (item.type) {
    case "session":
      return `${number} ${verdict.type}`;
    case "frame":
      return `${number} ${item.place} ${item.frame.whole ? item.frame.decoded.role : "garbage"}`;
    case "lost":
      return `${number} lost ${item.bytes}`;
    case "end":
      return `${number} ${item.ending}`;
  }
}

function decoded(
  events: readonly RecordedEvent[],
  sessions = new DecodedSessions({ protocols: [meter] }),
): readonly string[] {
  return events.flatMap((event) => sessions.take(event)).map(outline);
}

describe("DecodedSessions", () => {
  it("decodes what comes before the protocol is known, too", () => {
    const script = new Script("a").cloud(interval).device(report.subarray(0, 1)).device(report.subarray(1));
    expect(decoded(script.ended("device-to-cloud").closed())).toEqual([
      "1 known",
      ...["1 1 command", "1 3 report", "1 ended-by-device"],
    ]);
  });

  it("keeps sessions apart that are mixed, and numbers them as they become known", () => {
    const [a, b] = [new Script("a").device(report).closed(), new Script("b").device(report).closed()];
    const mixed = [a[0], b[0], b[1], a[1], a[2], b[2]].filter((event) => event !== undefined);
    expect(decoded(mixed)).toEqual(["1 known", "1 1 report", "2 known", "2 1 report", "2 open", "1 open"]);
  });

  it("remembers devices and their books from one session to the next", () => {
    const sessions = new DecodedSessions({ protocols: [meter] });
    const items = ["a", "b"].flatMap((id) =>
      new Script(id)
        .device(report)
        .closed()
        .flatMap((event) => sessions.take(event)),
    );
    const devices = items.flatMap((item) => (item.type === "frame" ? item.frame.decoded.devices : []));
    expect(devices.length).toBeGreaterThan(0);
  });

  it("says how a session ended: a reset outweighs what came before", () => {
    const reset = new Script("a").device(report).ended("device-to-cloud").reset("cloud-to-device");
    expect(decoded(reset.closed()).at(-1)).toBe("1 reset-by-cloud");
    const both = new Script("a").device(report).ended("cloud-to-device").ended("device-to-cloud");
    expect(decoded(both.closed()).at(-1)).toBe("1 ended-by-cloud");
  });

  it("joins no frame over bytes that are missing", () => {
    const script = new Script("a")
      .device(report)
      .device(report.subarray(0, 5))
      .lost("device-to-cloud", 9)
      .device(report);
    expect(decoded(script.closed())).toEqual([
      ...["1 known", "1 1 report", "1 3 garbage", "1 lost 9", "1 4 report", "1 open"],
    ]);
  });

  it("decodes nothing of TLS and of what it does not know, and says so once", () => {
    expect(decoded(new Script("a").device(Buffer.from("1603010001aa", "hex")).device(report).closed())).toEqual([
      "1 tls",
      "1 open",
    ]);
    expect(decoded(new Script("a").device(Buffer.from("??????")).device(report).closed())).toEqual([
      "1 unknown",
      "1 open",
    ]);
  });

  it("decides by what there is when the session is over, or much was said by the cloud alone", () => {
    expect(decoded(new Script("a").closed())).toEqual(["1 empty", "1 open"]);
    expect(decoded(new Script("a").device(Buffer.of(0xb1)).closed())).toEqual(["1 unknown", "1 open"]);
    const script = new Script("a").cloud(Buffer.alloc(40_000)).cloud(Buffer.alloc(40_000));
    expect(decoded(script.events)).toEqual(["1 unknown"]);
  });

  it("gives frames the time of the packet that completed them", () => {
    const sessions = new DecodedSessions({ protocols: [], given: meter });
    const items = new Script("a").device(report).events.flatMap((event) => sessions.take(event));
    expect(items[1]).toMatchObject({ at: 1_000_001_001, frame: { at: 1_000_001 } });
  });

  it("makes nothing of what did not follow on a message that stands by itself", () => {
    const settling = { ...meter, createConversation: () => ({ receive: () => nothing, settle: () => nothing }) };
    const sessions = new DecodedSessions({ protocols: [settling] });
    const events = new Script("a", { protocol: meter.name }).device(report).closed();
    expect(decoded(events, sessions)).toEqual(["1 known", "1 1 other", "1 open"]);
    expect(decoded(new Script("b").device(report).closed(), sessions)).toEqual([
      "2 known",
      "2 1 other",
      "2 1 other",
      "2 open",
    ]);
  });

  it("passes over events of a leg that it was not told of", () => {
    expect(decoded(new Script("a").device(report).closed().slice(1))).toEqual([]);
  });
});

const nothing: Decoded = {
  ...{ role: "other", label: "", seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] },
};
