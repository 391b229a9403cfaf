import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apply } from "../../src/intercept/apply.js";
import { clean, lift } from "../../src/intercept/clean.js";
import { type ApplySetup, forwarding, redirect, setUpApply } from "./apply-setup.js";
import { failed, memoryHost } from "./memory-host.js";

describe("cleaning up", () => {
  let setup: ApplySetup;

  beforeEach(() => {
    setup = setUpApply();
  });

  afterEach(() => setup.remove());

  it("removes the table by its name", async () => {
    const host = memoryHost({}, ({ args }) => (args[1] === "tables" ? "table inet home\ntable inet cloudtap\n" : ""));
    expect(await lift(host, setup.journal)).toEqual({
      removed: ["removed the nftables table inet cloudtap"],
      left: [],
    });
    expect(host.calls).toContainEqual({ program: "nft", args: ["delete", "table", "inet", "cloudtap"], input: "" });
  });

  it("writes nothing where there is nothing of its own", async () => {
    const host = memoryHost({}, ({ args }) => (args[1] === "tables" ? "table inet cloudtap_other\n" : ""));
    expect(await clean(host, setup.journal)).toEqual({ removed: [], left: [] });
    const reading = /^nft list tables|-save|-restore$|^ip -[46] -N -j|-S DOCKER-USER$/;
    const written = host.calls
      .map(({ program, args }) => [program, ...args].join(" "))
      .filter((line) => !reading.test(line));
    expect(written.map((line) => line.trim())).toEqual([]);
  });

  it("goes on after a part that fails, and says what is left and why", async () => {
    const host = memoryHost({}, ({ program, args }) => {
      if (program === "nft") return failed("Operation not permitted (you must be root)");
      if (program === "ip" && args.includes("del")) return failed("RTNETLINK answers: Operation not permitted");
      if (args.includes("rule") && args[0] === "-4") {
        return JSON.stringify([{ priority: 9, fwmark: "0x1", table: "100", protocol: "199" }]);
      }
      return "";
    });
    const { left } = await clean(host, setup.journal);
    expect(left).toEqual([
      "whatever nftables has: Operation not permitted (you must be root) (it ended with exit code 1)",
      expect.stringContaining("ip -4 rule del priority 9"),
    ]);
  });

  it("puts settings back, which lifting alone does not: the device's way may lead through this host", async () => {
    await apply(redirect, setup);
    await lift(setup.host, setup.journal);
    expect(setup.host.files.get(forwarding)).toBe("1");
    expect((await clean(setup.host, setup.journal)).removed).toEqual(["set net.ipv4.ip_forward back to 0"]);
    expect(setup.host.files.get(forwarding)).toBe("0");
    expect(await clean(setup.host, setup.journal)).toEqual({ removed: [], left: [] });
  });

  it("works where no tool is installed", async () => {
    expect(
      await clean(
        memoryHost({}, () => ({ type: "missing" })),
        setup.journal,
      ),
    ).toEqual({ removed: [], left: [] });
  });
});
