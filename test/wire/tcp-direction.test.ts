import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StreamPart, TcpDirection } from "../../src/wire/tcp-direction.js";

/** A direction, and what it gave out in words: bytes as text, `-3` for three that are lost, `.` for FIN. */
class Told {
  readonly stream = new TcpDirection();
  readonly words: string[] = [];

  send(sequence: number, text: string, { missing = 0, isFin = false } = {}): this {
    return this.#tell(
      this.stream.accept({ sequence, payload: Buffer.from(text, "latin1"), missing, isFin, place: sequence }),
    );
  }

  fin(sequence: number): this {
    return this.send(sequence, "", { isFin: true });
  }

  pass(segments: number): this {
    for (let count = 0; count < segments; count += 1) this.#tell(this.stream.passed());
    return this;
  }

  finish(): this {
    return this.#tell(this.stream.finish(0));
  }

  #tell(parts: readonly StreamPart[]): this {
    this.words.push(...parts.map(inWords));
    return this;
  }
}

function inWords(part: StreamPart): string {
  if (part.type === "ended") return ".";
  return part.type === "lost" ? `-${part.bytes}` : Buffer.from(part.bytes).toString("latin1");
}

function begun(syn = 99): Told {
  const told = new Told();
  told.stream.begin(syn);
  return told;
}

describe("TcpDirection", () => {
  it("gives out what comes in order at once", () => {
    expect(begun().send(100, "ab").send(102, "cd").fin(104).words).toEqual(["ab", "cd", "."]);
  });

  it("puts in order what comes too early", () => {
    expect(begun().send(104, "ef").send(102, "cd").send(100, "ab").words).toEqual(["ab", "cd", "ef"]);
  });

  it("gives out FIN once, after all that comes before it", () => {
    const told = begun().fin(104).send(102, "cd").fin(104);
    expect(told.words).toEqual([]);
    expect(told.send(100, "ab").fin(104).send(105, "x").words).toEqual(["ab", "cd", "."]);
  });

  it("leaves out what is sent again, in whole or in part", () => {
    expect(begun().send(100, "abcd").send(100, "abcd").send(102, "cdef").send(101, "b").words).toEqual(["abcd", "ef"]);
  });

  it("keeps the first copy where copies differ", () => {
    expect(begun().send(102, "C").send(100, "ABX").send(103, "D").words.join("")).toBe("ABCD");
    expect(begun().send(106, "G").send(102, "C").send(101, "bcdefgh").send(100, "a").words.join("")).toBe("abCdefGh");
  });

  it("takes a byte before the stream for a keep-alive, and a probe of a closed window for what it holds", () => {
    expect(begun().send(100, "ab").send(101, "\0").send(102, "c").send(102, "cd").words).toEqual(["ab", "c", "d"]);
  });

  it("goes on over the end of the sequence numbers", () => {
    const told = begun(0xffff_fffc).send(1, "ef").send(0xffff_fffd, "ab").send(0xffff_ffff, "cd").fin(3);
    expect(told.words).toEqual(["ab", "cd", "ef", "."]);
    expect(begun(0xffff_ffff).send(0, "a").words).toEqual(["a"]);
  });

  it("begins in the middle where the beginning was not captured, and not with a keep-alive", () => {
    expect(new Told().send(499, "\0").send(499, "").send(500, "ab").send(498, "xx").words).toEqual(["ab"]);
  });

  it("gives up what the other side has had and nobody saw, after a while", () => {
    const told = begun().send(105, "fg");
    told.stream.acknowledge(105);
    expect(told.pass(20).words).toEqual([]);
    expect(told.pass(20).words).toEqual(["-5", "fg"]);
  });

  it("waits as long as the other side does", () => {
    const told = begun().send(105, "fg");
    told.stream.acknowledge(104);
    expect(told.pass(500).words).toEqual([]);
  });

  it("waits for nothing where packets are known to be in order", () => {
    const told = begun().send(100, "ab");
    told.stream.expectOrder();
    expect(told.send(110, "cd").fin(112).words).toEqual(["ab", "-8", "cd", "."]);
  });

  it("begins with a zero where packets are known to be in order", () => {
    const told = new Told();
    told.stream.expectOrder();
    expect(told.send(7, "\0").words).toEqual(["\0"]);
  });

  it("tells what the snap length cut off as lost", () => {
    expect(begun().send(100, "ab", { missing: 3 }).send(105, "c").words).toEqual(["ab", "-3", "c"]);
    expect(begun().send(105, "c").send(100, "ab", { missing: 3 }).words).toEqual(["ab", "-3", "c"]);
    expect(begun().send(100, "abc").send(101, "bc", { missing: 2 }).words).toEqual(["abc", "-2"]);
    expect(begun().send(100, "abcd").send(101, "b", { missing: 5 }).words).toEqual(["abcd", "-3"]);
    expect(begun().send(100, "", { missing: 9, isFin: true }).words).toEqual(["-9", "."]);
  });

  it("gives out at the end what waits, and tells what is missing", () => {
    expect(begun().send(100, "a").send(103, "d").send(106, "g").fin(109).finish().words).toEqual([
      ...["a", "-2", "d", "-2", "g", "-2", "."],
    ]);
    const unseen = begun().send(100, "ab");
    unseen.stream.acknowledge(110);
    expect(unseen.finish().finish().words).toEqual(["ab", "-8"]);
  });

  it("does not miss a FIN that was acknowledged and not captured", () => {
    const told = begun().send(100, "ab");
    told.stream.acknowledge(103);
    expect(told.finish().words).toEqual(["ab"]);
  });

  it("holds no more than a mebibyte, however long the first byte is missing", () => {
    const told = begun();
    const piece = "x".repeat(50_000);
    for (let count = 0; count < 100; count += 1) {
      told.send(101 + count * 50_000, piece);
      expect(told.stream.pendingBytes).toBeLessThanOrEqual(1024 * 1024);
    }
    expect(told.words.slice(0, 2)).toEqual(["-1", piece]);
  });

  it("holds no more than some thousand pieces", () => {
    const told = begun();
    for (let count = 0; count < 5000; count += 1) told.send(101 + count * 2, "x");
    expect(told.stream.pendingBytes).toBeLessThanOrEqual(4096);
    expect(told.words.slice(0, 2)).toEqual(["-1", "x"]);
  });

  it("tells how far a number is from the stream", () => {
    const told = begun().send(100, "ab");
    expect([told.stream.distance(105), told.stream.distance(90)]).toEqual([3, -12]);
    expect(new TcpDirection().distance(5)).toBe(0);
  });

  it("gives the same bytes whatever is swapped, repeated and cut anew", () => {
    const whole = Buffer.from(Array.from({ length: 400 }, (_, index) => index % 251));
    const pieces = fc.array(fc.record({ from: fc.nat(399), length: fc.integer({ min: 1, max: 90 }) }), {
      maxLength: 30,
    });
    const covering = Array.from({ length: 20 }, (_, index) => ({ from: index * 20, length: 20 }));
    const order = fc.array(fc.nat(), { minLength: 50, maxLength: 50 });
    fc.assert(
      fc.property(pieces, order, fc.nat(0xffff_ffff), (more, ranks, syn) => {
        const all = [...covering, ...more].map((piece, index) => ({ piece, rank: ranks[index] ?? 0 }));
        all.sort((one, other) => one.rank - other.rank);
        const told = begun(syn);
        for (const { piece } of all) {
          const part = whole.subarray(piece.from, piece.from + piece.length).toString("latin1");
          told.send((syn + 1 + piece.from) % 0x1_0000_0000, part);
        }
        told.fin((syn + 401) % 0x1_0000_0000);
        expect(told.words.at(-1)).toBe(".");
        expect(told.words.slice(0, -1).join("")).toBe(whole.toString("latin1"));
      }),
    );
  });

  it("accounts for every byte, whatever is missing", () => {
    const kept = fc.uniqueArray(fc.nat(40), { minLength: 1 });
    fc.assert(
      fc.property(kept, (numbers) => {
        const told = begun();
        for (const number of numbers) told.send(100 + number * 10, "0123456789");
        told.finish();
        const total = told.words.reduce((sum, word) => sum + (word.startsWith("-") ? Number(word.slice(1)) : 10), 0);
        expect(total).toBe((Math.max(...numbers) + 1) * 10);
        expect(told.words.filter((word) => !word.startsWith("-"))).toHaveLength(numbers.length);
      }),
    );
  });

  it("never throws, whatever comes", () => {
    const piece = fc.record({
      sequence: fc.nat(0xffff_ffff),
      payload: fc.uint8Array({ maxLength: 20 }),
      missing: fc.nat(20),
      isFin: fc.boolean(),
      place: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.nat(0xffff_ffff))), (all) => {
        const stream = new TcpDirection();
        for (const [each, acknowledged] of all) {
          stream.accept(each);
          stream.acknowledge(acknowledged);
          stream.passed();
        }
        stream.finish(0);
        expect(stream.pendingBytes).toBe(0);
      }),
    );
  });
});
