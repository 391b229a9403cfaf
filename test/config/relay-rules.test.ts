import { describe, expect, it } from "vitest";
import { faultsOf } from "./protocols.js";

const relay = (name: string, keys: Readonly<Record<string, unknown>>) => ({ name, protocol: "solarman", ...keys });

describe("checkRelays", () => {
  it.each([
    ["all addresses and one", 10000, "127.0.0.1:10000"],
    ["one address twice", "127.0.0.1:10000", "127.0.0.1:10000"],
    ["a name of an address", "localhost:10000", "127.0.0.1:10000"],
    ["IPv6 and all", "[::]:10000", 10000],
    ["the default port", undefined, 10000],
  ])("finds two relays on one port: %s", (_name, first, second) => {
    const given = first === undefined ? {} : { listen: first };
    const faults = faultsOf({ relays: [relay("a", given), relay("b", { listen: second })] });
    expect(faults).toEqual([
      {
        path: "relays[1].listen",
        found: String(second),
        allowed: expect.stringMatching(/nothing else has; relays\[0\]/),
      },
    ]);
  });

  it("lets relays share a port on different addresses, and any free port", () => {
    const listens = ["127.0.0.1:10000", "127.0.0.2:10000", 0, 0];
    expect(faultsOf({ relays: listens.map((listen, index) => relay(`r${index}`, { listen })) })).toEqual([]);
  });

  it("keeps the embedded broker's port free while it may be used", () => {
    const relays = [relay("a", { listen: 1883 })];
    const [fault, ...others] = faultsOf({ relays });
    expect(fault).toMatchObject({ path: "relays[0].listen", allowed: expect.stringContaining("mqtt.embedded.listen") });
    expect(others).toEqual([]);
    expect(faultsOf({ relays, mqtt: { url: "mqtt://host" } })).toEqual([]);
  });

  it("finds two relays of one name", () => {
    const faults = faultsOf({ relays: [relay("a", { listen: 1 }), relay("a", { listen: 2 })] });
    expect(faults).toEqual([{ path: "relays[1].name", found: '"a"', allowed: "a name of its own; relays[0] has it" }]);
  });

  it.each([[{}], [{ upstream: "" }]])("asks for the upstream of a protocol that has none: %j", (keys) => {
    expect(faultsOf({ relays: [relay("a", { protocol: "raw", ...keys })] })).toEqual([
      {
        path: "relays[0].upstream",
        found: "nothing",
        allowed: "original or HOST:PORT; the protocol raw has no default",
      },
    ]);
  });

  it("finds an upstream that is Cloudtap itself", () => {
    const relays = [relay("a", { listen: 1, upstream: "localhost:2" }), relay("b", { listen: 2 })];
    expect(faultsOf({ relays })).toEqual([
      {
        path: "relays[0].upstream",
        found: '"localhost:2"',
        allowed: "a host that is not Cloudtap itself; relays[1].listen has that port",
      },
    ]);
  });

  it("finds an authority that nothing would use", () => {
    const relays = [relay("a", { upstream_ca: "package.json", upstream_tls: "insecure" })];
    expect(faultsOf({ relays }).map(({ path }) => path)).toEqual(["relays[0].upstream_tls"]);
  });
});
