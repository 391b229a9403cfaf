import { describe, expect, it } from "vitest";
import { createNftFilter } from "../../src/intercept/nft-filter.js";
import { createRules } from "../../src/intercept/rules.js";
import { options } from "./filter-options.js";
import { failed, memoryHost } from "./memory-host.js";

const rules = createRules(options);
const absent = "Error: No such file or directory; did you mean set ‘devices4’ in table inet ‘other’?";

describe("rules by nftables", () => {
  it("are loaded and refreshed in one step each", async () => {
    const host = memoryHost({});
    const filter = createNftFilter(rules, host);
    await filter.load();
    expect(await filter.refresh()).toBe(true);
    filter.release();
    expect(host.calls.map(({ program, args }) => [program, ...args].join(" "))).toEqual(["nft -f -", "nft -f -"]);
    expect(host.calls[1]?.input).toContain("flush set inet cloudtap devices4");
  });

  it("are gone where their set is", async () => {
    expect(
      await createNftFilter(
        rules,
        memoryHost({}, () => failed(absent)),
      ).refresh(),
    ).toBe(false);
  });

  it("fail with what nft says", async () => {
    const filter = createNftFilter(
      rules,
      memoryHost({}, () => failed("Operation not permitted")),
    );
    await expect(filter.load()).rejects.toMatchObject({ code: "INTERCEPT_FAILED" });
    await expect(filter.refresh()).rejects.toThrow("nft does not refresh the rules: Operation not permitted");
    expect(await filter.counters()).toEqual([]);
    expect(await filter.show()).toContain("Operation not permitted");
  });
});
