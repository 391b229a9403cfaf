import { describe, expect, it } from "vitest";
import type { LegTraffic, SessionTraffic, TrafficObserver } from "../../src/model/traffic.js";
import { combineTraffic } from "../../src/monitoring/traffic-observers.js";
import { silentLogger } from "../../src/runtime/log.js";
import { legOpening, sessionInfo } from "../support/capture-moments.js";
import { recordLog } from "../support/log-recorder.js";

/** Notes what it is told; `fails`: at what it throws. */
function observer(name: string, told: string[], { wantsSecrets = false, fails = "" } = {}): TrafficObserver {
  const note = (what: string): void => {
    if (what === fails) throw new Error("a fault of the observer");
    told.push(`${name} ${what}`);
  };
  const leg: LegTraffic = {
    received: (chunk) => note(`received ${chunk.length}`),
    sent: (chunk) => note(`sent ${chunk.length}`),
    ended: (by) => note(`ended by ${by}`),
    reset: (by) => note(`reset by ${by}`),
  };
  const session: SessionTraffic = {
    wantsSecrets,
    legOpened: ({ side }) => {
      note(`${side} leg`);
      return leg;
    },
    secret: (line) => note(`secret ${Buffer.from(line)}`),
    closed: ({ how }) => note(`closed ${how}`),
  };
  return {
    opened: ({ id }) => {
      note(`opened ${id}`);
      return session;
    },
  };
}

const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };

/** A session from its beginning to its end. */
function play(traffic: TrafficObserver): void {
  const session = traffic.opened(sessionInfo("s-1"));
  if (session.wantsSecrets) session.secret(Buffer.from("CLIENT_RANDOM"));
  const leg = session.legOpened(legOpening("device"));
  leg.received(new Uint8Array(5));
  leg.sent(new Uint8Array(6));
  leg.ended("peer");
  leg.reset("cloudtap");
  session.closed({ by: "device", how: "fin", detail: "the device closed" }, counters);
}

const all = [
  ...["opened s-1", "device leg", "received 5", "sent 6", "ended by peer", "reset by cloudtap", "closed fin"],
];

describe("several observers of traffic", () => {
  it("are told the same, in their order", () => {
    const told: string[] = [];
    play(combineTraffic([observer("a", told), observer("b", told)], silentLogger()));
    expect(told).toEqual(all.flatMap((what) => [`a ${what}`, `b ${what}`]));
  });

  it("get secrets where they want them", () => {
    const told: string[] = [];
    play(combineTraffic([observer("a", told), observer("b", told, { wantsSecrets: true })], silentLogger()));
    expect(told.filter((line) => line.includes("secret"))).toEqual(["b secret CLIENT_RANDOM"]);
  });

  it.each(all)("are told of the rest where one fails at `%s`, which is logged once", (fails) => {
    const told: string[] = [];
    const logs = recordLog();
    const traffic = combineTraffic([observer("a", told, { fails }), observer("b", told)], logs.log);
    play(traffic);
    play(traffic);
    expect(told.filter((line) => line.startsWith("b "))).toEqual([...all, ...all].map((what) => `b ${what}`));
    expect(logs.of("internal fault", "error")).toHaveLength(1);
  });

  it("are the one itself where there is but one", () => {
    const only = observer("a", []);
    expect(combineTraffic([only], silentLogger())).toBe(only);
  });
});
