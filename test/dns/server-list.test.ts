import { describe, expect, it } from "vitest";
import { createServerList } from "../../src/dns/server-list.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { playNetwork } from "./played-network.js";

const listen = { host: undefined, port: 53 };

describe("the list of name servers to forward to", () => {
  it("is looked up again after half a minute", () => {
    const clock = new FakeClock();
    const found = [["9.9.9.9"], ["192.168.1.1"]];
    const servers = createServerList(() => ({ listen, forward: found.shift() ?? [] }), {
      log: recordLog().log,
      clock,
      network: playNetwork({}),
    });
    expect(servers()).toEqual([{ host: "9.9.9.9", port: 53 }]);
    clock.advance(29_999);
    expect(servers()).toEqual([{ host: "9.9.9.9", port: 53 }]);
    clock.advance(1);
    expect(servers()).toEqual([{ host: "192.168.1.1", port: 53 }]);
  });

  it("says once that a server would lead in a circle", () => {
    const clock = new FakeClock();
    const { log, of } = recordLog();
    const network = playNetwork({ eth0: ["192.168.1.10/24"] });
    const servers = createServerList(() => ({ listen, forward: ["192.168.1.10"] }), { log, clock, network });
    for (let round = 0; round < 3; round += 1) {
      expect(servers()).toEqual([]);
      clock.advance(30_000);
    }
    expect(of("name server is not asked", "error")).toMatchObject([{ server: "192.168.1.10" }]);
  });
});
