import { describe, expect, it } from "vitest";
import type { SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import { protocolByName } from "../../../src/protocols/registry.js";
import { Upstreams, type UpstreamsOptions } from "../../../src/relay/cloud/upstreams.js";
import { CloudtapError } from "../../../src/runtime/errors.js";
import { ChaosServer } from "../../support/chaos-socket.js";
import { dialling } from "../../support/dialling.js";
import { recordLog } from "../../support/log-recorder.js";

function upstreams(target: UpstreamsOptions["target"], protocolName: string, logs = recordLog()): Upstreams {
  const protocol = protocolByName(protocolName);
  if (protocol === undefined) throw new Error(`expected a protocol ${protocolName}`);
  return new Upstreams({ target, protocol, source: "bridge" }, dialling(), logs.log);
}

function sessionTo(destination?: SessionInfo["destination"]): SessionInfo {
  const device = { localAddress: "10.0.0.1", localPort: 1, remoteAddress: "10.0.0.2", remotePort: 2 };
  const info = { id: "s" as SessionId, relay: "r", protocol: "raw", openedAt: 0 as EpochMs, device };
  return destination === undefined ? info : { ...info, destination };
}

describe("where a relay's sessions find their cloud", () => {
  it("follows the device to where it was heading", async () => {
    const cloud = await ChaosServer.listen();
    const { upstream } = upstreams("original", "raw").of(sessionTo({ address: "127.0.0.1", port: cloud.port }));
    const { socket } = await upstream.dial("plain", new AbortController());
    expect(socket.remotePort).toBe(cloud.port);
    socket.destroy();
    await cloud.close();
  });

  it("has nowhere to go for a device that called Cloudtap itself", () => {
    expect(() => upstreams("original", "envoy").of(sessionTo())).toThrow(CloudtapError);
  });

  it("has nowhere to go for what no vendor is known of", () => {
    expect(() => upstreams("vendor", "raw").of(sessionTo())).toThrow(/name one in the relay/);
  });

  it("hands what was kept to the vendor's host where sessions follow their devices", () => {
    const logs = recordLog();
    const error = new CloudtapError("UPSTREAM_REFUSED", "refused");
    upstreams("original", "envoy", logs).lasting.health.failed(error);
    expect(logs.of("cloud cannot be reached", "warn")).toMatchObject([{ upstream: "reports.enphaseenergy.com:443" }]);
  });

  it("says of each place by itself that it cannot be reached, once", () => {
    const logs = recordLog();
    const all = upstreams("original", "raw", logs);
    const error = new CloudtapError("UPSTREAM_REFUSED", "refused");
    for (const port of [1, 1, 2]) all.of(sessionTo({ address: "fd00::1", port })).health.failed(error);
    const told = logs.of("cloud cannot be reached", "warn").map(({ upstream }) => upstream);
    expect(told).toEqual(["[fd00::1]:1", "[fd00::1]:2"]);
  });
});
