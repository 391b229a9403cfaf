import { describe, expect, it } from "vitest";
import { explainNetworkFault } from "../../../src/sinks/splunk/network-faults.js";

function errorOf(code: string): Error {
  return Object.assign(new Error(`failed with ${code}`), { code });
}

describe("what is wrong on the way to Splunk", () => {
  it.each([
    ["ECONNREFUSED", "away", "nothing listens", "splunk.url"],
    ["EAI_AGAIN", "away", "no address", "splunk.url"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "refused", "not trusted", "splunk.ca"],
    ["CERT_HAS_EXPIRED", "refused", "expired", "splunk.verify"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "refused", "another name", "splunk.url"],
    ["EPROTO", "refused", "does not speak TLS", "http://"],
    ["HPE_INVALID_CONSTANT", "refused", "does not speak HTTP", "https://"],
  ])("%s: %s, in words and with what helps", (code, grade, reason, hint) => {
    const { reason: found, hint: help, ...failure } = explainNetworkFault(errorOf(code));
    expect(failure).toEqual({ type: "failed", grade });
    expect(found).toContain(reason);
    expect(help).toContain(hint);
  });

  it("is told in Node's words where there are no better ones", () => {
    expect(explainNetworkFault(errorOf("EWHATEVER"))).toMatchObject({ grade: "away", reason: "failed with EWHATEVER" });
    expect(explainNetworkFault("odd")).toMatchObject({ grade: "away", reason: "odd" });
  });
});
