import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apply } from "../../src/intercept/apply.js";
import { type ApplySetup, forwarding, redirect, setUpApply } from "./apply-setup.js";
import { failed } from "./memory-host.js";

const clash = {
  check: "mark_taken",
  state: "problem",
  found: "Mark 0x1 is used by `ip rule` 100.",
  remedy: "Choose another intercept.mark.",
} as const;

describe("applying interception", () => {
  let setup: ApplySetup;

  beforeEach(() => {
    setup = setUpApply();
  });

  afterEach(() => setup.remove());

  it("prepares the host, loads the rules, and says so", async () => {
    const { done, problems } = await apply(redirect, setup);
    expect(done).toEqual(["set net.ipv4.ip_forward from 0 to 1", "loaded the rules with nft"]);
    expect(problems).toEqual([]);
    expect(setup.host.files.get(forwarding)).toBe("1");
  });

  it("changes no settings unless it may", async () => {
    const { done } = await apply({ ...redirect, prepare: false }, setup);
    expect(done).toEqual(["loaded the rules with nft"]);
    expect(setup.host.files.get(forwarding)).toBe("0");
  });

  it("adds routes before the rules, where packets are marked", async () => {
    const order: string[] = [];
    const filter = Object.assign(setup.filter, { load: async () => void order.push("rules") });
    const run: typeof setup.host.commands.run = async (_program, args) => {
      if (args.includes("add")) order.push(args.slice(0, 2).join(" "));
      return { type: "done", stdout: args.includes("-j") ? "[]" : "", stderr: "" };
    };
    const host = { ...setup.host, commands: { run } };
    await apply(
      { ...redirect, mode: "tproxy" },
      { ...setup, host, look: async () => ({ findings: [], obstacles: [], filter }) },
    );
    expect(order).toEqual(["-4 route", "-4 rule", "rules"]);
  });

  it("touches nothing where a finding speaks against it, and names each", async () => {
    const look = async () => ({ findings: [clash], obstacles: [clash], filter: setup.filter });
    await expect(apply(redirect, { ...setup, look })).rejects.toMatchObject({
      code: "INTERCEPT_FAILED",
      message: "Mark 0x1 is used by `ip rule` 100. Choose another intercept.mark.",
      details: { checks: ["mark_taken"] },
    });
    expect(setup.host.calls).toEqual([]);
    expect(setup.host.files.get(forwarding)).toBe("0");
  });

  it("takes back what it did when the rules are refused", async () => {
    setup.filter.refusal = new Error("Could not process rule: Operation not supported");
    await expect(apply(redirect, setup)).rejects.toThrow("not supported");
    expect(setup.host.files.get(forwarding)).toBe("0");
    expect(await setup.journal.read()).toBeUndefined();
    expect(setup.filter.calls).toEqual(["load", "release"]);
  });

  it("leaves the settings of an earlier start when a later one fails", async () => {
    await apply(redirect, setup);
    setup.filter.refusal = new Error("refused");
    await expect(apply(redirect, setup)).rejects.toThrow("refused");
    expect(setup.host.files.get(forwarding)).toBe("1");
    expect(await setup.journal.read()).toBeDefined();
  });

  it("goes on where the host cannot be prepared, and says what is missing", async () => {
    const host = { ...setup.host, write: () => Promise.reject(new Error("EROFS")) };
    const { done, problems } = await apply(redirect, { ...setup, host });
    expect(done).toEqual(["loaded the rules with nft"]);
    expect(problems).toEqual(["net.ipv4.ip_forward stays 0: EROFS"]);
  });

  it("fails where routes cannot be added", async () => {
    const run: typeof setup.host.commands.run = async (_program, args) =>
      args.includes("add") ? failed("Operation not permitted") : { type: "done", stdout: "[]", stderr: "" };
    const ports = { ...setup, host: { ...setup.host, commands: { run } } };
    await expect(apply({ ...redirect, mode: "tproxy" }, ports)).rejects.toMatchObject({ code: "INTERCEPT_FAILED" });
    expect(setup.filter.calls).toEqual(["release"]);
  });
});
