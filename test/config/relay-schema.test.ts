import { describe, expect, it } from "vitest";
import { relaySchema } from "../../src/config/relay-schema.js";

describe("the schema of a relay", () => {
  it("asks for a name and a protocol alone", () => {
    expect(relaySchema(["solarman"]).required).toEqual(["name", "protocol"]);
  });

  it("lets the protocol be told by the first bytes where there are any to tell apart", () => {
    expect(relaySchema(["solarman"]).properties?.protocol?.enum).toEqual(["solarman", "auto"]);
    expect(relaySchema([]).properties?.protocol?.enum).toEqual([]);
  });
});
