import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isReplyTo, readQuery, recordTypes } from "../../src/dns/query.js";
import { answerTo, queryOf, question, questionOfType, questionWithEdns } from "./asking.js";

const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const names = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join("."));

describe("reading a question", () => {
  it("finds name, type, class and transaction id", () => {
    const message = question("reports.enphaseenergy.com", "AAAA");
    expect(readQuery(message)).toEqual({
      id: 0x1234,
      opcode: 0,
      name: "reports.enphaseenergy.com",
      type: recordTypes.aaaa,
      class: 1,
      end: message.length,
      udpBytes: 512,
    });
  });

  it("takes upper and lower case for the same", () => {
    expect(queryOf(question("RePorTs.ENPHASEenergy.com")).name).toBe("reports.enphaseenergy.com");
  });

  it("knows types that have no name", () => {
    expect(queryOf(questionOfType("a.example", 65)).type).toBe(65);
  });

  it("finds how much an asker takes over UDP", () => {
    expect(queryOf(questionWithEdns("a.example", 1232))).toMatchObject({ udpBytes: 1232, ednsVersion: 0 });
    expect(queryOf(questionWithEdns("a.example", 100))).toMatchObject({ udpBytes: 512 });
  });

  it("does not take a dot within a label for one between labels", () => {
    const message = question("reportsXenphaseenergy.com");
    message.write(".", message.indexOf("X"));
    expect(queryOf(message).name).toBe("reports\\.enphaseenergy.com");
  });

  it("refuses what is no question", () => {
    const good = question("a.example");
    const twice = Buffer.from(good);
    twice.writeUInt16BE(2, 4);
    const pointing = Buffer.from(good);
    pointing.writeUInt16BE(0xc00c, 12);
    const records = Buffer.from(good);
    records.writeUInt16BE(1, 10);
    for (const bad of [twice, pointing, records, answerTo(good, []), good.subarray(0, 11), Buffer.alloc(0)]) {
      expect(readQuery(bad)).toBeUndefined();
    }
  });

  it("refuses a name that is longer than names can be", () => {
    expect(readQuery(question(`${"abcdefg.".repeat(31)}abcde`))).toBeDefined();
    expect(readQuery(question(`${"abcdefg.".repeat(31)}abcdef`))).toBeUndefined();
  });

  it("reads every name as the library writes it", () => {
    fc.assert(
      fc.property(names, fc.nat(0xffff), (name, id) => {
        expect(queryOf(question(name, "TXT", { id }))).toMatchObject({ name: name.toLowerCase(), type: 16, id });
      }),
    );
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void readQuery(Buffer.from(bytes))));
  });

  it("never throws, whichever bytes of a question are changed or missing", () => {
    const good = questionWithEdns("reports.enphaseenergy.com", 1232);
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(changes, fc.nat(good.length), (changed, length) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changed) bytes.writeUInt8(value, at);
        const query = readQuery(bytes.subarray(0, length));
        if (query !== undefined) expect(query.end).toBeLessThanOrEqual(length);
      }),
    );
  });
});

describe("telling the answer to a question", () => {
  const asked = question("a.example");
  const query = queryOf(asked);
  const answer = answerTo(asked, ["192.0.2.7"]);

  it("takes the one with the same id and question, in whatever case", () => {
    expect(isReplyTo(answer, 0x1234, query)).toBe(true);
    expect(isReplyTo(answerTo(question("A.Example"), []), 0x1234, query)).toBe(true);
  });

  it("takes none with another id, name or type, and no question", () => {
    expect(isReplyTo(answer, 0x1235, query)).toBe(false);
    expect(isReplyTo(answerTo(question("b.example"), []), 0x1234, query)).toBe(false);
    expect(isReplyTo(answerTo(question("a.example", "AAAA"), []), 0x1234, query)).toBe(false);
    expect(isReplyTo(asked, 0x1234, query)).toBe(false);
    expect(isReplyTo(Buffer.alloc(3), 0x1234, query)).toBe(false);
  });

  it("takes a refusal without the question, but no success without it", () => {
    const bare = Buffer.alloc(12);
    bare.writeUInt16BE(0x1234, 0);
    bare.writeUInt16BE(0x8001, 2);
    expect(isReplyTo(bare, 0x1234, query)).toBe(true);
    bare.writeUInt16BE(0x8000, 2);
    expect(isReplyTo(bare, 0x1234, query)).toBe(false);
  });
});
