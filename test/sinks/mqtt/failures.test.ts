import { describe, expect, it } from "vitest";
import { explainFailure, isRefusal, mayNeedOlderProtocol } from "../../../src/sinks/mqtt/failures.js";

const failure = (code: number | string | undefined, opened = false) => ({ code, opened, message: "as it was told" });

describe("explaining why there is no connection", () => {
  it.each([
    [134, /user name/, /mqtt\.username/],
    [4, /user name/, /mqtt\.password/],
    [135, /not authorised/, /mqtt\.username/],
    [142, /took over/, /client_id unique/],
    ["ECONNREFUSED", /nothing listens/, /start the broker/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /not trusted/, /mqtt\.ca/],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", /client certificate/, /mqtt\.cert/],
  ])("%s: says what it means and what to do", (code, reason, hint) => {
    const explanation = explainFailure(failure(code));
    expect(explanation.reason).toMatch(reason);
    expect(explanation.hint).toMatch(hint);
  });

  it("passes on what it does not know", () => {
    expect(explainFailure(failure("EWHATEVER")).reason).toBe("as it was told");
  });

  it("suspects a shared client id where connections are lost soon, again and again", () => {
    const lost = { code: undefined, opened: true, message: "connection closed by the broker" };
    expect(explainFailure(lost).hint).not.toMatch(/client_id/);
    expect(explainFailure(lost, true).hint).toMatch(/client_id/);
  });

  it("tells a refusal, which needs the user, from an outage, which may pass", () => {
    expect([134, 2].map((code) => isRefusal(failure(code)))).toEqual([true, true]);
    expect([136, "ECONNREFUSED", undefined].map((code) => isRefusal(failure(code)))).toEqual([false, false, false]);
    expect(isRefusal(failure(142, true))).toBe(false);
  });

  it("tries the older protocol after what brokers without the newer one do", () => {
    expect([132, 1, undefined, "ECONNRESET"].every((code) => mayNeedOlderProtocol(failure(code)))).toBe(true);
    expect([134, "ECONNREFUSED"].some((code) => mayNeedOlderProtocol(failure(code)))).toBe(false);
    expect(mayNeedOlderProtocol(failure(undefined, true))).toBe(false);
  });
});
