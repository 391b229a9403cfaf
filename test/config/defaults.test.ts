import { describe, expect, it } from "vitest";
import { withDefaultRelays } from "../../src/config/defaults.js";
import { protocols } from "./protocols.js";

describe("withDefaultRelays", () => {
  it("gives a relay to each protocol that knows its vendor's host", () => {
    expect(withDefaultRelays({ resolver: [] }, protocols)).toEqual({
      resolver: [],
      relays: [
        { name: "solarman", protocol: "solarman", listen: 10000 },
        { name: "websentry", protocol: "websentry", listen: 1030 },
        { name: "envoy", protocol: "envoy", listen: 4430 },
      ],
    });
  });

  it.each([[{ relays: [] }], [{ relays: null }], [[1]]])("leaves %j as it is", (document) => {
    expect(withDefaultRelays(document, protocols)).toBe(document);
  });
});
