import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArpTable, parseNeighbours, readNeighbours } from "../../src/doctor/neighbours.js";
import { memoryHost } from "../intercept/memory-host.js";
import { addresses, interfaces, Network } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { hostInside } from "./inside.js";

const arp = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.50     0x1         0x2         02:00:00:00:00:50     *        eth0
192.168.1.51     0x1         0x0         00:00:00:00:00:00     *        eth0
`;

describe("the neighbour table", () => {
  it("is read with ip", async () => {
    const listed = [
      { dst: "192.168.1.50", dev: "eth0", lladdr: "02:00:00:00:00:50", state: ["REACHABLE"] },
      { dst: "192.168.1.51", dev: "eth0", state: ["FAILED"] },
    ];
    expect(await readNeighbours(memoryHost({}, () => JSON.stringify(listed)))).toEqual([
      { address: "192.168.1.50", interface: "eth0", mac: "02:00:00:00:00:50" },
      { address: "192.168.1.51", interface: "eth0" },
    ]);
  });

  it("is read from the kernel's file where there is no ip", async () => {
    const host = memoryHost({ "/proc/net/arp": arp }, () => ({ type: "missing" }));
    expect(await readNeighbours(host)).toEqual([
      { address: "192.168.1.50", interface: "eth0", mac: "02:00:00:00:00:50" },
      { address: "192.168.1.51", interface: "eth0" },
    ]);
  });

  it("is unknown where there is neither", async () => {
    expect(await readNeighbours(memoryHost({}, () => ({ type: "missing" })))).toBeUndefined();
  });

  it("never breaks on what a tool says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const { address } of [...parseNeighbours(text), ...parseArpTable(text)]) expect(address).not.toBe("");
      }),
    );
  });
});

describeWithNetworks("the neighbour table of a machine", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.create();
  });

  afterAll(() => network.remove());

  it("shows who answered, and who did not", async () => {
    const { gateway } = network;
    const peer = await gateway.peer();
    const missing = "192.168.77.99";
    const there = peer.connect(addresses.device[4], 9);
    const absent = peer.connect(missing, 9);
    await Promise.allSettled([there, absent]);
    const found = (await readNeighbours(hostInside(gateway))) ?? [];
    expect(found.find(({ address }) => address === addresses.device[4])).toEqual({
      ...{ address: addresses.device[4], interface: interfaces.lan },
      mac: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
    });
    expect(found.find(({ address }) => address === missing)).not.toHaveProperty("mac");
  });
});
