import { describe, expect, it } from "vitest";
import { autoFacts, factsOf, findFacts } from "../../src/config/auto-protocol.js";
import { protocols } from "../../src/protocols/registry.js";

describe("what holds where the protocol is told by the first bytes", () => {
  it("has no vendor of its own, and is as lenient as the most lenient protocol", () => {
    const { defaults } = autoFacts(protocols);
    expect(defaults.upstream).toBeUndefined();
    expect(defaults).toMatchObject({ tlsMin: "TLSv1", idleTimeoutS: 3_600, intervalS: 300 });
  });

  it("is found beside the protocols", () => {
    expect(findFacts("auto", protocols)?.title).toBe(
      "told by the first bytes: solarman, websentry, envoy; the rest passes unread",
    );
    expect(findFacts("envoy", protocols)?.name).toBe("envoy");
    expect(findFacts("modbus", protocols)).toBeUndefined();
    expect(() => factsOf("modbus", protocols)).toThrow("unknown protocol modbus");
  });
});
