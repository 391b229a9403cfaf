import { describe, expect, it } from "vitest";
import { UpstreamHealth } from "../../../src/relay/cloud/upstream-health.js";
import { CloudtapError } from "../../../src/runtime/errors.js";
import { recordLog } from "../../support/log-recorder.js";

describe("health of an upstream", () => {
  it("warns once a reason and once when the cloud is back", () => {
    const logs = recordLog("warn");
    const health = new UpstreamHealth(logs.log, "cloud.test:1");
    const refused = new CloudtapError("UPSTREAM_REFUSED", "no");
    const timeout = new CloudtapError("UPSTREAM_TIMEOUT", "late");
    health.reached();
    for (const error of [refused, refused, timeout, timeout]) health.failed(error);
    health.reached();
    health.reached();
    health.failed(refused);
    expect(logs.lines.map((line) => line.code ?? line.msg)).toEqual([
      "UPSTREAM_REFUSED",
      "UPSTREAM_TIMEOUT",
      "cloud can be reached again",
      "UPSTREAM_REFUSED",
    ]);
  });
});
