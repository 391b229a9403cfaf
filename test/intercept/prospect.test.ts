import { describe, expect, it } from "vitest";
import { demandOf, lookAtHost } from "../../src/intercept/prospect.js";
import { options } from "./filter-options.js";
import { memoryHost } from "./memory-host.js";

const capable = { "/proc/self/status": "CapEff:\t000001ffffffffff", "/sys/class/net/eth0/mtu": "1500" };
const bare = { "/proc/self/status": "CapEff:\t0000000000000000", "/sys/class/net/eth0/mtu": "1500" };

describe("a look at the host", () => {
  it("finds the tool, and nothing that speaks against it", async () => {
    const { obstacles, filter } = await lookAtHost(options, memoryHost(capable));
    expect(obstacles).toEqual([]);
    expect(filter?.backend).toBe("nft");
  });

  it("takes iptables where the host has only that", async () => {
    const host = memoryHost(capable, ({ program }) => (program === "nft" ? { type: "missing" } : ""));
    expect((await lookAtHost(options, host)).filter?.backend).toBe("iptables");
  });

  it("names what makes it impossible", async () => {
    const host = memoryHost(bare, () => ({ type: "missing" }));
    const { obstacles, filter } = await lookAtHost(options, host);
    expect(obstacles.map(({ check }) => check)).toEqual(["capability", "backend"]);
    expect(filter).toBeUndefined();
  });

  it("knows what is asked of the host", () => {
    expect(demandOf(options)).toMatchObject({
      ...{ mode: "redirect", families: [4, 6], interface: "eth0", prepare: false },
      devices: { 4: ["192.168.1.50"], 6: ["fd00::50"] },
    });
  });
});
