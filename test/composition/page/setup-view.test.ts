import { describe, expect, it } from "vitest";
import { setUpPage } from "./page-setup.js";

describe("what the steps of a set-up are filled in with", () => {
  it("is this host's address and the ports in force, for who sets a device up", async () => {
    const { sources } = setUpPage();
    expect(await sources.setup()).toEqual({
      ...{ addresses: ["192.0.2.2"], interceptMode: "none", nameServer: false },
      relays: [
        {
          ...{ name: "roof", protocol: "solarman", port: 21_000, upstream: "cloud.test:10000" },
          vendors: [{ host: "5406.deviceaccess.host", port: 10_000 }],
        },
        {
          ...{ name: "pool", protocol: "websentry", port: 1_030, upstream: "websentry.seresco.net:1030" },
          vendors: [{ host: "websentry.seresco.net", port: 1_030 }],
        },
      ],
    });
  });

  it("is every vendor for a relay that tells protocols apart", async () => {
    const relays = [{ name: "all", protocol: "auto", listen: 4_999 }];
    const { sources } = setUpPage({ relays, intercept: { mode: "redirect", devices: ["192.0.2.9"] } });
    const view = await sources.setup();
    expect(view).toMatchObject({
      interceptMode: "redirect",
      relays: [{ name: "all", port: 4_999, upstream: "vendor" }],
    });
    expect(view.relays[0]?.vendors.map(({ port }) => port).toSorted((a, b) => a - b)).toEqual([443, 1_030, 10_000]);
  });
});
