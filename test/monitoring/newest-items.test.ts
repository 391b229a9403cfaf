import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ItemGroup, NewestItems } from "../../src/monitoring/newest-items.js";

const roomy = { bytes: 1_000, groupBytes: 1_000, groupItems: 1_000 };

function setUp(limits: Partial<typeof roomy> = {}) {
  const emptied: string[] = [];
  const dropped: string[] = [];
  const items = new NewestItems<string, string>(
    { ...roomy, ...limits },
    { dropped: (item) => dropped.push(item), emptied: ({ owner }) => emptied.push(owner) },
  );
  const [a, b] = [new ItemGroup<string, string>("a"), new ItemGroup<string, string>("b")];
  return { items, a, b, dropped, emptied };
}

describe("the newest items", () => {
  it("are given out by group, oldest first", () => {
    const { items, a, b } = setUp();
    items.push(a, "a1", 1);
    items.push(b, "b1", 1);
    items.push(a, "a2", 1);
    expect([a.items(), b.items()]).toEqual([["a1", "a2"], ["b1"]]);
  });

  it("push out the oldest of their own group where that has its share", () => {
    const { items, a, b, dropped } = setUp({ groupBytes: 20, groupItems: 3 });
    items.push(b, "b1", 20);
    for (const item of ["a1", "a2", "a3", "a4"]) items.push(a, item, 1);
    expect(a.items()).toEqual(["a2", "a3", "a4"]);
    items.push(a, "a5", 19);
    expect([a.items(), b.items(), dropped]).toEqual([["a4", "a5"], ["b1"], ["a1", "a2", "a3"]]);
  });

  it("push out the oldest of all where these are too many, and say when a group has none left", () => {
    const { items, a, b, emptied } = setUp({ bytes: 3 });
    items.push(a, "a1", 1);
    items.push(b, "b1", 1);
    items.push(a, "a2", 1);
    items.push(b, "b2", 2);
    expect([a.items(), b.items(), emptied, items.bytes]).toEqual([["a2"], ["b2"], [], 3]);
    items.push(b, "b3", 1);
    expect([a.items(), b.items(), emptied]).toEqual([[], ["b2", "b3"], ["a"]]);
  });

  it("keep the newest, however large it is", () => {
    const { items, a } = setUp();
    items.push(a, "a1", 1);
    items.push(a, "a2", 5_000);
    expect(a.items()).toEqual(["a2"]);
  });

  it("can be dropped one by one, once each, and as a group", () => {
    const { items, a, b, dropped, emptied } = setUp();
    items.push(a, "a1", 1);
    const middle = items.push(a, "a2", 1);
    items.push(b, "b1", 1);
    items.push(a, "a3", 1);
    items.drop(middle);
    items.drop(middle);
    expect([a.items(), middle.isKept, items.bytes]).toEqual([["a1", "a3"], false, 3]);
    items.clear(a);
    expect([a.items(), b.items(), emptied, dropped]).toEqual([[], ["b1"], ["a"], ["a2", "a1", "a3"]]);
    expect([items.dropOldest(), items.dropOldest(), items.bytes]).toEqual([true, false, 0]);
  });

  it("let go of what was kept beside a dropped one", () => {
    const { items, a } = setUp();
    const kept = ["a1", "a2", "a3"].map((item) => items.push(a, item, 1))[1];
    if (kept === undefined) throw new Error("expected three items");
    items.drop(kept);
    expect([kept.older, kept.newer, kept.olderOfGroup, kept.newerOfGroup]).toEqual(Array(4).fill(undefined));
  });

  it("are what a plain list would keep, whatever comes", () => {
    const push = fc.record({ group: fc.constantFrom(0, 1, 2), bytes: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 60 }), (pushes) => {
        const limits = { bytes: 60, groupBytes: 40, groupItems: 4 };
        const items = new NewestItems<number, number>(limits, { emptied: () => undefined });
        const groups = [0, 1, 2].map((owner) => new ItemGroup<number, number>(owner));
        let plain: { readonly group: number; readonly bytes: number; readonly item: number }[] = [];
        const sum = (list: typeof plain) => list.reduce((total, { bytes }) => total + bytes, 0);
        for (const [item, { group, bytes }] of pushes.entries()) {
          items.push(groups[group] ?? new ItemGroup(group), item, bytes);
          plain.push({ group, bytes, item });
          const own = () => plain.filter((one) => one.group === group);
          while (sum(own()) > limits.groupBytes || own().length > limits.groupItems) {
            const [oldest] = own();
            plain = plain.filter((one) => one !== oldest);
          }
          while (sum(plain) > limits.bytes) plain = plain.slice(1);
          const kept = groups.map((one) => one.items());
          expect(kept).toEqual([0, 1, 2].map((at) => plain.filter((one) => one.group === at).map((one) => one.item)));
          expect(items.bytes).toBe(sum(plain));
        }
      }),
    );
  });
});
