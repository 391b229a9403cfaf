import { describe, expect, it } from "vitest";
import { OpenExchanges } from "../../../src/relay/gate/open-exchanges.js";

function open(...tokens: readonly string[]): OpenExchanges<{ readonly token: string; readonly number: number }> {
  const exchanges = new OpenExchanges<{ readonly token: string; readonly number: number }>();
  for (const [number, token] of tokens.entries()) exchanges.add({ token, number });
  return exchanges;
}

describe("open exchanges", () => {
  it("are settled oldest first where a token is open twice", () => {
    const exchanges = open("a", "b", "a");
    expect([exchanges.settle("a"), exchanges.settle("a"), exchanges.settle("a")]).toMatchObject([
      { number: 0 },
      { number: 2 },
      undefined,
    ]);
    expect([...exchanges]).toMatchObject([{ token: "b" }]);
  });

  it("stay open at an interim answer", () => {
    const exchanges = open("a");
    expect(exchanges.settle("a", true)).toMatchObject({ number: 0 });
    expect(exchanges.settle("a")).toMatchObject({ number: 0 });
  });

  it("are answered by no token that nobody opened, nor by none at all", () => {
    const exchanges = open("a");
    expect([exchanges.oldest("b"), exchanges.oldest(undefined), exchanges.settle(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("tell whether one that is removed was still open", () => {
    const exchanges = open("a");
    const [first] = exchanges;
    if (first === undefined) throw new Error("expected one");
    expect([exchanges.remove(first), exchanges.remove(first)]).toEqual([true, false]);
  });

  it("forget the oldest beyond 256", () => {
    const exchanges = open(...Array.from({ length: 257 }, (_, index) => `t${index}`));
    expect(exchanges.oldest("t0")).toBeUndefined();
    expect(exchanges.some(({ token }) => token === "t256")).toBe(true);
    exchanges.clear();
    expect([...exchanges]).toEqual([]);
  });
});
