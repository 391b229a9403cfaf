import { beforeEach, describe, expect, it } from "vitest";
import { IptablesFilter } from "../../src/intercept/iptables-filter.js";
import { createRules } from "../../src/intercept/rules.js";
import { options } from "./filter-options.js";
import { failed, type MemoryHost, memoryHost } from "./memory-host.js";

const loaded = "*nat\n:CLOUDTAP - [0:0]\n:CLOUDTAP-RELAYS - [0:0]\n-A PREROUTING -j CLOUDTAP\nCOMMIT\n";
const heartbeat = "/proc/net/xt_recent/cloudtap4";

describe("rules by iptables", () => {
  let saved: string;
  let host: MemoryHost;
  let guard: string[];
  let alive: boolean;

  beforeEach(() => {
    saved = "";
    guard = [];
    alive = true;
    host = memoryHost({}, ({ program }) => (program.endsWith("-save") ? saved : undefined));
  });

  function create(hasRecent: boolean): IptablesFilter {
    const startGuard = () => {
      guard.push("started");
      alive = true;
      return {
        pid: 1,
        get alive() {
          return alive;
        },
        beat: () => void guard.push("beat"),
        dismiss: () => void guard.push("dismissed"),
      };
    };
    return new IptablesFilter(createRules(options), { host, hasRecent, startGuard });
  }

  it("are loaded for each family under the eyes of a guard, and renewed in the kernel's list", async () => {
    const filter = create(true);
    await filter.load();
    saved = loaded;
    expect(await filter.refresh()).toBe(true);
    const restored = host.calls.filter(({ program }) => program.endsWith("-restore")).map(({ program }) => program);
    expect(restored).toEqual(["iptables-restore", "ip6tables-restore"]);
    expect(host.files.get(heartbeat)).toBe("+0.0.0.0");
    expect(guard).toEqual(["started", "beat", "beat"]);
    expect(filter.lapses).toBe(true);
    filter.release();
    expect(guard.at(-1)).toBe("dismissed");
  });

  it("rely on the guard alone where the kernel's list is missing, or only root may write to it", async () => {
    const without = create(false);
    await without.load();
    expect(host.files.size).toBe(0);
    expect(without.lapses).toBe(false);
    host = { ...host, write: () => Promise.reject(new Error("EACCES")) };
    const closed = create(true);
    await closed.load();
    expect(closed.lapses).toBe(false);
    expect(host.calls.at(-1)?.input).not.toContain("-m recent");
  });

  it("are gone where nothing leads to them any more", async () => {
    const filter = create(false);
    await filter.load();
    expect(await filter.refresh()).toBe(false);
    saved = loaded.replace("-A PREROUTING -j CLOUDTAP\n", "");
    expect(await filter.refresh()).toBe(false);
  });

  it("get another guard when theirs is gone", async () => {
    const filter = create(false);
    await filter.load();
    saved = loaded;
    alive = false;
    await filter.refresh();
    expect(guard).toEqual(["started", "beat", "started", "beat"]);
  });

  it("fail with what iptables says", async () => {
    host = memoryHost({}, ({ program }) => (program.endsWith("-restore") ? failed("line 3 failed") : ""));
    await expect(create(true).load()).rejects.toMatchObject({
      code: "INTERCEPT_FAILED",
      message: "iptables-restore refuses the nat rules: line 3 failed (it ended with exit code 1)",
    });
  });
});
