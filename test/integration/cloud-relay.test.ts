import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker } from "./broker.js";
import { type Rounds, rounds } from "./device-rounds.js";
import { type Fault, FaultyCloud, type Point } from "./faulty-cloud.js";
import { makeKeyPair } from "./key-pair.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

interface Sight {
  readonly title: string;
  readonly fault: Fault;
  readonly at: Point;
  /** What the device sees: how the session ends, and what it got until then. */
  readonly ending: "reset" | "fin";
  readonly got: "nothing" | "half an answer";
}

const sights: readonly Sight[] = [
  { title: "refuses", fault: "refused", at: "accept", ending: "reset", got: "nothing" },
  { title: "is nowhere", fault: "black-hole", at: "accept", ending: "reset", got: "nothing" },
  { title: "has a wrong certificate", fault: "wrong-certificate", at: "accept", ending: "reset", got: "nothing" },
  { title: "resets", fault: "reset", at: "first frame", ending: "reset", got: "nothing" },
  { title: "resets in its answer", fault: "reset", at: "mid-answer", ending: "reset", got: "half an answer" },
  { title: "closes", fault: "closed", at: "first frame", ending: "fin", got: "nothing" },
  { title: "closes in its answer", fault: "closed", at: "mid-answer", ending: "fin", got: "half an answer" },
];

/** Without a policy bytes pass as they come; with one, frames do. */
const policies = [
  { way: "tap", keys: {} },
  { way: "gate", keys: { commands: "block" } },
] as const;

const protocols: readonly Rounds[] = Object.values(rounds);
const ways = protocols.flatMap((round) => policies.map((policy) => ({ ...policy, round, protocol: round.protocol })));

describe.each(ways)("`cloud: relay` as a $way: a cloud of $protocol", ({ keys, round }) => {
  const folder = temporaryFolder();
  const clouds = new Map<string, FaultyCloud>();
  let broker: Broker;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    const tls = { right: makeKeyPair(folder.path, "right"), wrong: makeKeyPair(folder.path, "wrong") };
    const relays: Record<string, unknown>[] = [];
    const add = async (name: string, fault: Fault, at: Point): Promise<void> => {
      const secure = fault === "wrong-certificate";
      const cloud = await FaultyCloud.start({ protocol: round.protocol, ...(secure ? { tls } : {}) }, { fault, at });
      clouds.set(name, cloud);
      const trust = secure ? { upstream_tls: "verify", upstream_ca: tls.right.file } : {};
      const times = { dial_timeout: 0.5, reply_timeout: 1 };
      relays.push({ name, protocol: round.protocol, upstream: cloud.upstream, ...times, ...trust, ...keys });
    };
    for (const [index, { fault, at }] of sights.entries()) await add(`relay-${index}`, fault, at);
    await add("late", "late", "accept");
    await add("server-error", "server-error", "first frame");
    relays.push({ name: "nowhere", protocol: round.protocol, upstream: "cloud.invalid:9", dial_timeout: 0.5, ...keys });
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await Promise.all([...clouds.values()].map((cloud) => cloud.stop()));
    await broker.stop();
    folder.remove();
  });

  const played = (relay: string) => new PlayedDevice({ protocol: round.protocol, port: program.port(relay) });

  it.each(sights.map((sight, index) => ({ ...sight, relay: `relay-${index}` })))(
    "D04: a cloud that $title: the device sees exactly that",
    async ({ ending, got, relay }) => {
      const session = await (await played(relay).call()).over();
      expect(session.ending).toBe(ending);
      expect(session.received).toEqual([]);
      // What waits, for the rest of its frame or for a disk, is lost where a reset overtakes it.
      if (ending === "fin" || got === "nothing") expect(session.bytes > 0).toBe(got === "half an answer");
    },
  );

  it("D04: a cloud whose name has no address: the device sees a reset", async () => {
    const session = await (await played("nowhere").call()).over();
    expect([session.ending, session.bytes]).toEqual(["reset", 0]);
  });

  it("a cloud that is silent for longer than `reply_timeout`: the device hears nothing until it speaks", async () => {
    const device = played("late");
    await device.call();
    const session = await device.session.waitFor(({ received }) => received.length > 0);
    expect(session.received[0]).toEqual(clouds.get("late")?.sessions[0]?.sent[0]);
    await session.hangUp();
  });

  it.runIf(round.protocol === "envoy")("a cloud that answers 500: the device gets that answer", async () => {
    const session = await (await played("server-error").call()).over();
    expect(session.received.map(String)).toEqual(["HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n"]);
    expect(session.ending).toBe("fin");
  });
});
