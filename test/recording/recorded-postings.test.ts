import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Posting } from "../../src/model/protocol.js";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../../src/model/recording.js";
import { protocols } from "../../src/protocols/registry.js";
import { RecordedPostings } from "../../src/recording/recorded-postings.js";
import { reportXml } from "./import-setup.js";

const leg: RecordedLeg = {
  id: "1",
  client: { address: "192.168.1.2", port: 40_000 },
  server: { address: "198.51.100.1", port: 80 },
};
const at = 1_700_000_000_000_000 as EpochUs;
const opened: RecordedEvent = { type: "opened", leg, at, complete: true };
const closed: RecordedEvent = { type: "closed", leg, at };

function request(id: number): Buffer {
  const body = deflateSync(reportXml(id));
  const head = `POST /emu_reports/performance_report HTTP/1.1\r\nContent-Type: application/x-deflate\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function data(bytes: Uint8Array): RecordedEvent {
  return { type: "data", leg, direction: "device-to-cloud", bytes, at, place: 1 };
}

/** How many intervals the postings count, in their order. */
function counted(postings: readonly Posting[]): number {
  return postings.reduce((sum, posting) => sum + (posting.apply(undefined, 0 as never).counts?.added ?? 0), 0);
}

describe("postings of recorded sessions", () => {
  it("are those of their reports, however the bytes are cut", () => {
    const all = Buffer.concat([request(1), request(2)]);
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 8 }), (cuts) => {
        const recorded = new RecordedPostings({ protocols });
        const ends = [...cuts.sort((one, other) => one - other), all.length];
        let from = 0;
        const found: Posting[] = [...recorded.take(opened)];
        for (const to of ends) {
          found.push(...recorded.take(data(all.subarray(from, to))));
          from = to;
        }
        found.push(...recorded.take(closed));
        expect(found).toHaveLength(2);
        expect(counted(found)).toBe(2);
      }),
    );
  });

  it("are none where bytes of the report are lost", () => {
    const recorded = new RecordedPostings({ protocols });
    const bytes = request(1);
    const lost: RecordedEvent = { type: "lost", leg, direction: "device-to-cloud", bytes: 10, at, place: 2 };
    const events = [opened, data(bytes.subarray(0, 300)), lost, data(bytes.subarray(310)), closed];
    expect(events.flatMap((event) => recorded.take(event))).toEqual([]);
  });

  it("go on behind it", () => {
    const recorded = new RecordedPostings({ protocols });
    const lost: RecordedEvent = { type: "lost", leg, direction: "device-to-cloud", bytes: 10, at, place: 2 };
    const rest = Buffer.concat([request(1).subarray(310), request(2)]);
    const events = [opened, data(request(1).subarray(0, 300)), lost, data(rest), closed];
    expect(events.flatMap((event) => recorded.take(event))).toHaveLength(1);
  });

  it("are none of what is not known or encrypted, which is counted", () => {
    const recorded = new RecordedPostings({ protocols });
    const elsewhere = { ...leg, id: "2", server: { ...leg.server, port: 9 } };
    const hello = Buffer.from("160301", "hex");
    const events: readonly RecordedEvent[] = [
      { ...opened, leg: elsewhere },
      { type: "data", leg: elsewhere, direction: "device-to-cloud", bytes: hello, at, place: 1 },
      { ...closed, leg: elsewhere },
    ];
    expect(events.flatMap((event) => recorded.take(event))).toEqual([]);
    expect(recorded.unreadSessions).toBe(1);
  });

  it("take any bytes of any session", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.constantFrom(...protocols), (chunks, given) => {
        const recorded = new RecordedPostings({ protocols, given });
        for (const event of [opened, ...chunks.map(data), closed]) recorded.take(event);
      }),
    );
  });
});
