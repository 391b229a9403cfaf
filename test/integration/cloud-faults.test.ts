import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { type Rounds, rounds } from "./device-rounds.js";
import { type FaultCase, type Outcome, runFaultCase } from "./fault-case.js";
import { FaultyCloud, type Plan, type Point } from "./faulty-cloud.js";
import { makeKeyPair } from "./key-pair.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

const plans: readonly Plan[] = [
  { fault: "refused", at: "accept" },
  { fault: "black-hole", at: "accept" },
  { fault: "wrong-certificate", at: "accept" },
  { fault: "reset", at: "accept" },
  { fault: "closed", at: "accept" },
  { fault: "silent", at: "accept" },
  { fault: "late", at: "accept" },
  { fault: "reset", at: "first frame" },
  { fault: "closed", at: "first frame" },
  { fault: "silent", at: "mid-answer" },
  { fault: "reset", at: "mid-answer" },
  { fault: "closed", at: "mid-answer" },
  { fault: "silent", at: "first answer" },
  { fault: "reset", at: "first answer" },
  { fault: "closed", at: "first answer" },
  { fault: "server-error", at: "first frame" },
];

/** A name that has no address anywhere. */
const nowhere = "cloud.invalid:10000";

const points: Readonly<Record<Point, string>> = {
  accept: "from the beginning",
  "first frame": "instead of an answer",
  "mid-answer": "in the middle of an answer",
  "first answer": "after an answer",
};

function casesOf(round: Rounds): readonly FaultCase[] {
  return plans
    .filter(({ at }) => at !== "first answer" || round.hasSecondAnswer)
    .filter(({ fault }) => fault !== "server-error" || round.protocol === "envoy")
    .filter(({ fault, at }) => !(fault === "closed" && at === "first answer" && round.endsByCloud))
    .map((plan, index) => ({
      round,
      plan,
      index,
      relay: `relay-${index}`,
      title: `${plan.fault}, ${points[plan.at]}`,
    }));
}

describe.each(Object.values(rounds))("a cloud of $protocol that fails with `cloud: auto`", (round) => {
  const cases = casesOf(round);
  const folder = temporaryFolder();
  const outcomes = new Map<string, Promise<Outcome>>();
  const clouds = new Map<string, FaultyCloud>();
  let broker: Broker;
  let observer: Observer;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    const tls = { right: makeKeyPair(folder.path, "right"), wrong: makeKeyPair(folder.path, "wrong") };
    for (const { relay, plan } of cases) {
      const secure = plan.fault === "wrong-certificate" ? { tls } : {};
      clouds.set(relay, await FaultyCloud.start({ protocol: round.protocol, ...secure }));
    }
    const relays = cases.map(({ relay, plan }) => ({
      ...{ name: relay, protocol: round.protocol, upstream: clouds.get(relay)?.upstream },
      ...{ cloud: "auto", reply_timeout: 1, ...(plan.fault === "black-hole" ? { dial_timeout: 0.5 } : {}) },
      ...(plan.fault === "wrong-certificate" ? { upstream_tls: "verify", upstream_ca: tls.right.file } : {}),
    }));
    const lost = { name: "nowhere", protocol: round.protocol, upstream: nowhere, cloud: "auto", dial_timeout: 0.5 };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [...relays, lost] });
    for (const one of cases) {
      const cloud = clouds.get(one.relay);
      if (cloud === undefined) continue;
      const outcome = runFaultCase(one, { port: program.port(one.relay), cloud, observer });
      outcome.catch(() => undefined);
      outcomes.set(one.relay, outcome);
    }
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await Promise.all([...clouds.values()].map((cloud) => cloud.stop()));
    await broker.stop();
    folder.remove();
  });

  it.each(cases)("D04 D09: $title: the device and MQTT miss nothing, and the cloud is joined again", async (one) => {
    const outcome = await outcomes.get(one.relay);
    expect(outcome?.faults).toEqual([]);
    expect(outcome?.modes).toEqual(["local", "relay"]);
    expect(outcome?.acknowledgedInOrder).toBe(true);
  });

  it("D04: a cloud whose name has no address: the device and MQTT miss nothing", async () => {
    const index = cases.length;
    const device = new PlayedDevice({ protocol: round.protocol, port: program.port("nowhere"), index });
    for (let turn = 0; turn < 2; turn += 1) {
      await round.play(device);
      await observer.waitForState(round.id(index), round.shown(device));
    }
    expect(device.sessions.flatMap((session) => round.faults(session))).toEqual([]);
    expect((await observer.waitForState(round.id(index))).cloud_mode).toBe("local");
    await round.hangUp(device);
  });
});
