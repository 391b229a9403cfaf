import { describe, expect, it } from "vitest";
import { type ProblemKind, problemKinds } from "../../src/monitoring/problem-kinds.js";

const kinds: readonly (readonly [string, ProblemKind])[] = Object.entries(problemKinds);
/** What each problem's words may name. */
const facts: Readonly<Record<keyof typeof problemKinds, readonly string[]>> = {
  ...{ store_failed: ["detail"], intercept_problem: ["detail"], name_server_failed: ["detail"] },
  ...{ splunk_problem: ["detail"], spool_problem: ["detail"], capture_problem: ["detail"], broker_away: ["url"] },
  ...{ relay_failed: ["error", "relay"], cloud_away: ["detail", "host", "relay"], relay_silent: ["minutes", "relay"] },
  ...{ relay_waiting: ["port", "relay"], device_unread: ["device", "reason"], device_offline: ["device", "since"] },
  outbox_waiting: ["count", "device"],
};

describe("the table of problems", () => {
  it.each(kinds)("%s says what is wrong and what to do, with all its facts", (code, { text, remedy }) => {
    const gaps = [...`${text} ${remedy}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect([...new Set(gaps)].toSorted()).toEqual(new Map(Object.entries(facts)).get(code));
    for (const words of [text, remedy]) expect(words).toMatch(/^\S.*[^.]\.$|\?$/);
    // Room for its facts in what Home Assistant takes.
    expect(`${text} ${remedy}`.length).toBeLessThan(200);
  });

  it("has codes that can be keys anywhere", () => {
    for (const [code] of kinds) expect(code).toMatch(/^[a-z0-9_]+$/);
  });
});
