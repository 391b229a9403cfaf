import { describe, expect, it } from "vitest";
import { privacyViewOf } from "../../../src/composition/page/privacy-view.js";
import { inverter, setUpHub } from "../../support/hub-setup.js";

const destination = { host: "cloud.test", port: 443, security: "tls", lastAt: 5, days: [] } as const;

describe("whom devices told what", () => {
  it("is said with the names that people know", () => {
    const { hub, describe: introduce } = setUpHub();
    introduce(inverter("acme_1"));
    const disclosed = [
      { id: "acme_1", destinations: [destination], fields: ["power", "odd"], unread: false },
      { id: "address 192.0.2.7", destinations: [], fields: [], unread: true },
    ];
    const view = privacyViewOf(disclosed, (id) => hub.devices().find(({ description }) => description.id === id));
    expect(view.devices).toEqual([
      {
        ...{ id: "acme_1", name: "Acme acme_1", destinations: [destination], unread: false },
        fields: [
          { key: "power", name: "Power" },
          { key: "odd", name: "odd" },
        ],
      },
      { id: "address 192.0.2.7", name: "address 192.0.2.7", destinations: [], fields: [], unread: true },
    ]);
  });
});
