import { describe, expect, it } from "vitest";
import { explainCapture } from "../../src/config/explain-capture.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { protocols } from "./protocols.js";

function explain(document: object): readonly string[] {
  return explainCapture(validateConfiguration(document, { protocols, dataDir: "/tmp/cloudtap" }));
}

describe("what a configuration means for captures", () => {
  it("says that nothing is written unless somebody asks", () => {
    expect(explain({})).toEqual(["Traffic is captured on demand alone."]);
  });

  it("says what is captured, where, for how long, and that it holds secrets", () => {
    expect(explain({ capture: { mode: "always", max_mb: 5, max_days: 2 } })).toEqual([
      "All traffic of all relays is captured, in /tmp/cloudtap/captures, for 2 days, at most 5 MB. Captures hold secrets.",
    ]);
    expect(explain({ capture: { mode: "anomaly", hold: 60 } })[0]).toContain("for 60 s when the anomalies");
  });

  it("names what is left out, and what makes a capture dangerous", () => {
    const lines = explain({ capture: { mode: "always", parts: ["A", "request_headers", "Z"], tls_secrets: "both" } });
    expect(lines[1]).toBe(
      "Left out of captures: request_body, response_body, response_headers, extra, compact_body, matched_rules.",
    );
    expect(lines[2]).toContain("TLS SECRETS are kept beside and inside each capture");
  });

  it("tells of the spool where there is one", () => {
    expect(explain({ spool: { enabled: true, directory: "/tmp/spool", max_mb: 1 } })[1]).toBe(
      "What passes is spooled as files in /tmp/spool, for 30 days, at most 1 MB.",
    );
  });
});
