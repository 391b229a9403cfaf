import { describe, expect, it } from "vitest";
import { privacyViewOf } from "../../../src/composition/page/privacy-view.js";
import type { DeviceId } from "../../../src/model/device.js";
import { inverter, setUpHub } from "../../support/hub-setup.js";

const destination = { host: "cloud.test", port: 443, security: "tls", lastAt: 5, days: [] } as const;

describe("whom devices told what", () => {
  it("is said with the names that people know", () => {
    const { hub, describe: introduce } = setUpHub();
    introduce(inverter("acme_1"));
    const entities = [
      { key: "power", platform: "sensor", name: "Its power" },
      { key: "inner", platform: "sensor", name: "Inner" },
    ] as const;
    introduce(inverter("acme_2", { viaDevice: "acme_1" as DeviceId, entities }));
    const disclosed = [
      { id: "acme_1", destinations: [destination], fields: ["power", "inner", "odd"], unread: false },
      { id: "address 192.0.2.7", destinations: [], fields: [], unread: true },
    ];
    const view = privacyViewOf(disclosed, hub.devices());
    expect(view.devices).toEqual([
      {
        ...{ id: "acme_1", name: "Acme acme_1", destinations: [destination], unread: false },
        fields: [
          { key: "power", name: "Power" },
          { key: "inner", name: "Inner" },
          { key: "odd", name: "odd" },
        ],
      },
      { id: "address 192.0.2.7", name: "address 192.0.2.7", destinations: [], fields: [], unread: true },
    ]);
  });
});
