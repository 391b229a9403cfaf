import { describe, expect, it } from "vitest";
import { describeIds, OpenRequests } from "../../../src/protocols/websentry/open-requests.js";

const code = 0x02;

function opened(...queries: readonly (readonly number[])[]): OpenRequests {
  const open = new OpenRequests();
  for (const [index, ids] of queries.entries()) open.add({ code, ids, frame: index + 1, doubtful: false });
  return open;
}

const reply = (...ids: readonly number[]) => ({ code, ids, complete: true });

describe("open requests", () => {
  it("W10: a reply with the same ids in the same order closes its request", () => {
    const open = opened([1, 2]);
    expect(open.answer(reply(1, 2))).toEqual({ outcome: "matched", passedOver: [] });
    expect(open.answer(reply(1, 2))).toEqual({ outcome: "unexpected" });
  });

  it("W10: a reply with other ids, or another order, is a mismatch with the oldest request", () => {
    expect(opened([1, 2]).answer(reply(2, 1))).toMatchObject({ outcome: "mismatched", request: { frame: 1 } });
    expect(opened([1, 2]).answer(reply(1))).toMatchObject({ outcome: "mismatched" });
  });

  it("pairs a request that an injected or dropped frame separates from its reply", () => {
    const open = opened([1], [2]);
    expect(open.answer(reply(2))).toMatchObject({ outcome: "matched", passedOver: [{ frame: 1 }] });
  });

  it("does not miss a reply that was among lost bytes", () => {
    const open = opened([1]);
    open.replyLost();
    open.add({ code, ids: [2], frame: 2, doubtful: false });
    expect(open.answer(reply(2))).toEqual({ outcome: "matched", passedOver: [] });
  });

  it("prefers the request that was asked since", () => {
    const open = opened([1, 2]);
    open.replyLost();
    open.add({ code, ids: [1], frame: 2, doubtful: false });
    expect(open.answer({ code, ids: [1], complete: false })).toEqual({ outcome: "matched", passedOver: [] });
    expect(open.ids(code)).toEqual([]);
  });

  it("expects the reply to a request that was among lost bytes, once", () => {
    const open = new OpenRequests();
    open.requestLost();
    expect(open.answer(reply(9)).outcome).toBe("matched");
    expect(open.answer(reply(9)).outcome).toBe("unexpected");
  });

  it("takes a reply that breaks off as the answer to the request that begins so", () => {
    expect(opened([1, 2, 3]).answer({ code, ids: [1], complete: false }).outcome).toBe("matched");
  });

  it("keeps an ack from closing a query", () => {
    expect(opened([1]).answer({ code: 0x03, ids: [1], complete: true }).outcome).toBe("unexpected");
  });

  it("holds no more than 64 requests", () => {
    const open = opened(...Array.from({ length: 1_000 }, (_, id) => [id]));
    expect(open.ids(code)).toHaveLength(64);
  });

  it("names ids for the log", () => {
    expect([describeIds([]), describeIds([0x2501]), describeIds([0x0600, 0x0601, 0x0610])]).toEqual([
      "no property",
      "0x2501",
      "3 properties, 0x0600 to 0x0610",
    ]);
  });
});
