import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createProbes } from "../../src/doctor/probes.js";
import type { InterceptOptions } from "../../src/intercept/options.js";
import { memoryHost } from "../intercept/memory-host.js";

const options: InterceptOptions = {
  ...{ mode: "redirect", backend: "nft", devices: ["192.168.1.50"], interface: "eth7", mark: 1, table: 100 },
  ...{ source: "bridge", prepare: false, relays: [{ name: "deye", port: 10_000, destinationPorts: [10_000] }] },
};

describe("looks at the world", () => {
  it("see forwarding of either family, or that the system does not say", async () => {
    const probes = createProbes(memoryHost({ "/proc/sys/net/ipv4/ip_forward": "1" }));
    expect(await probes.forwards(4)).toBe(true);
    expect(await probes.forwards(6)).toBeUndefined();
    const other = createProbes(memoryHost({ "/proc/sys/net/ipv6/conf/all/forwarding": "0" }));
    expect(await other.forwards(6)).toBe(false);
  });

  it("read who is near although those who are woken refuse", async () => {
    const probes = createProbes(memoryHost({}, () => '[{"dst":"192.168.1.50","dev":"eth0"}]'));
    expect(await probes.neighbours(["127.0.0.1", "::1"])).toEqual([{ address: "192.168.1.50", interface: "eth0" }]);
  });

  it("see what of the host is in the way, and change nothing", async () => {
    const host = memoryHost({ "/sys/class/net/eth0/mtu": "1500" });
    const findings = await createProbes(host).hostFindings(options);
    expect(findings.find(({ check }) => check === "interface")).toMatchObject({ state: "problem" });
    expect(
      host.calls.filter(({ args }) => args.some((word) => /^(add|del|delete|-I|-A|-D|-F|flush)$/.test(word))),
    ).toEqual([]);
  });

  it("are the same for a relay's port, its names and its cloud", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const probes = createProbes();
    expect(await probes.port(port)).toMatchObject({ type: "taken" });
    expect((await probes.name("localhost", [])).addresses).toContain("127.0.0.1");
    expect(await probes.dial({ addresses: ["127.0.0.1"], port })).toMatchObject({ type: "connected" });
    expect(probes.addresses().map((own) => own.address)).toContain("127.0.0.1");
  });
});
