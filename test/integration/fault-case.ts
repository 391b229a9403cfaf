import type { Observer } from "./broker.js";
import type { Rounds } from "./device-rounds.js";
import type { FaultyCloud, Plan } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";

export interface FaultCase {
  readonly round: Rounds;
  readonly plan: Plan;
  readonly index: number;
  readonly relay: string;
  readonly title: string;
}

export interface Outcome {
  /** What the device missed or got twice, and what its cloud would wonder at. */
  readonly faults: readonly string[];
  /** The events of `cloud_mode`, in order. */
  readonly modes: readonly string[];
  /** The cloud has everything that it must have, once and in order. */
  readonly acknowledgedInOrder: boolean;
}

export interface FaultPorts {
  readonly port: number;
  readonly cloud: FaultyCloud;
  readonly observer: Observer;
}

/** Between two calls of a device that looks whether its cloud is back. */
const pauseMs = 250;

/** A case that hangs says where, long before the test runner gives up. */
const limitMs = 25_000;

/** The cloud works, fails while the device goes on, and comes back. */
export function runFaultCase(one: FaultCase, ports: FaultPorts): Promise<Outcome> {
  let stage = "";
  const outcome = play(one, ports, (next) => {
    stage = next;
  });
  const stuck = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`stuck: ${stage}`)), limitMs).unref();
  });
  return Promise.race([outcome, stuck]);
}

async function play({ round, plan, index }: FaultCase, ports: FaultPorts, at: (stage: string) => void) {
  const { port, cloud, observer } = ports;
  const { protocol } = round;
  const id = round.id(index);
  const device = new PlayedDevice({ protocol, port, index, extra: { inverters: "2", start: "10" } });
  const playOnce = async (stage: string): Promise<void> => {
    at(`${stage}, the device waits`);
    await round.play(device);
    at(`${stage}, MQTT waits`);
    await observer.waitForState(id, round.shown(device));
  };
  await playOnce("the cloud works");
  await observer.waitForState(id, (state) => state.cloud_mode === "relay");
  await round.hangUp(device);
  await cloud.fail(plan);
  await playOnce("the cloud fails");
  at("the mode is to be local");
  await observer.waitForState(id, (state) => state.cloud_mode === "local");
  await playOnce("the cloud is away");
  await cloud.fail(undefined);
  at("the cloud is to be joined again");
  const back = observer.waitForMessage(({ topic, payload }) => {
    return topic === `cloudtap/${id}/event` && payload.includes('"cloud_mode"') && payload.includes('"relay"');
  });
  if (round.stays) await back;
  else await playUntil(back, () => playOnce("the cloud is to be joined again"));
  await playOnce("the cloud is back");
  const sent = device.sessions.flatMap((session) => session.sent);
  const newest = cloud.sessions.slice(-1);
  const faults = [
    ...device.sessions.flatMap((session) => round.faults(session)),
    ...newest.flatMap((session) => round.wonders(session)),
  ];
  return { faults, modes: modesOf(observer, id), acknowledgedInOrder: isInOrder(round, sent, cloud) };
}

async function playUntil(back: Promise<unknown>, playOnce: () => Promise<void>): Promise<void> {
  let isBack = false;
  void back.then(() => {
    isBack = true;
  });
  while (!isBack) {
    await playOnce();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function modesOf(observer: Observer, id: string): readonly string[] {
  return observer.messages.flatMap(({ topic, payload }) => {
    if (topic !== `cloudtap/${id}/event`) return [];
    const event: Record<string, unknown> = JSON.parse(payload);
    return event.event_type === "cloud_mode" ? [String(event.mode)] : [];
  });
}

/** An Envoy's cloud must get every report; the others are not told later what they missed. */
function isInOrder({ protocol }: Rounds, sent: readonly Buffer[], cloud: FaultyCloud): boolean {
  if (protocol !== "envoy") return true;
  const names = (frames: readonly Buffer[]): readonly string[] => frames.map((frame) => frame.toString("base64"));
  return String(names(cloud.acknowledged)) === String(names(sent));
}
