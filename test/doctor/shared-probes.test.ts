import { describe, expect, it } from "vitest";
import { shareProbes } from "../../src/doctor/shared-probes.js";
import { FakeClock } from "../support/fake-clock.js";
import { fakeProbes } from "./fake-probes.js";

function setUp() {
  const clock = new FakeClock();
  const asked: string[] = [];
  const probes = shareProbes(
    fakeProbes({
      async name(name, servers) {
        asked.push(name);
        return { name, servers, addresses: [`203.0.113.${asked.length}`] };
      },
      async port() {
        asked.push("port");
        return { type: "free" };
      },
    }),
    clock,
  );
  return { clock, asked, probes };
}

describe("shared probes", () => {
  it("ask others once, also of those who ask while the answer is under way", async () => {
    const { probes, asked, clock } = setUp();
    const [one, other] = await Promise.all([probes.name("a.test", []), probes.name("a.test", [])]);
    expect(other).toBe(one);
    clock.advance(29_999);
    expect(await probes.name("a.test", [])).toBe(one);
    expect(asked).toEqual(["a.test"]);
    clock.advance(1);
    expect(await probes.name("a.test", [])).toMatchObject({ addresses: ["203.0.113.2"] });
  });

  it("tell questions apart", async () => {
    const { probes, asked } = setUp();
    await probes.name("a.test", []);
    await probes.name("b.test", []);
    await probes.name("a.test", ["192.168.1.1"]);
    expect(asked).toHaveLength(3);
  });

  it("do not share what costs nobody anything", async () => {
    const { probes, asked } = setUp();
    await probes.port(1);
    await probes.port(1);
    expect(asked).toHaveLength(2);
  });

  it("keep no more than a handful of answers", async () => {
    const { probes, asked } = setUp();
    for (let i = 0; i < 64; i += 1) await probes.name(`${i}.test`, []);
    await probes.name("0.test", []);
    expect(asked).toHaveLength(64);
    await probes.name("64.test", []);
    await probes.name("0.test", []);
    expect(asked).toHaveLength(66);
  });
});
