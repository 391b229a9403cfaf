import { describe, expect, it } from "vitest";
import { websentry } from "../../../src/protocols/websentry/index.js";

describe("websentry", () => {
  it("W01: listens on port 1030 and relays to the vendor's host unless told otherwise", () => {
    expect(websentry.defaults).toMatchObject({
      listenPort: 1030,
      upstream: { host: "websentry.seresco.net", port: 1030 },
      intervalS: 60,
    });
  });

  it("says in words what every anomaly means", () => {
    expect(Object.values(websentry.anomalies).filter((row) => row.text === "" || row.score < 1)).toEqual([]);
  });
});
