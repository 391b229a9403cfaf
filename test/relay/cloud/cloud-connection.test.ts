import { afterEach, describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import { CloudAvailability } from "../../../src/relay/cloud/cloud-availability.js";
import { CloudConnection } from "../../../src/relay/cloud/cloud-connection.js";
import { Upstream } from "../../../src/relay/cloud/upstream.js";
import { UpstreamHealth } from "../../../src/relay/cloud/upstream-health.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { Guard } from "../../../src/runtime/guard.js";
import { encodeAnswer } from "../../support/blueprint/encoder.js";
import { blueprint } from "../../support/blueprint/index.js";
import { ChaosServer, ChaosSocket } from "../../support/chaos-socket.js";
import { dialling } from "../../support/dialling.js";
import { recordLog } from "../../support/log-recorder.js";

const greeting = encodeAnswer(7, 99, 1);
const [welcome, other] = [encodeAnswer(7, 1, 1), encodeAnswer(7, 2, 1)];
const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function setUp(replyTimeoutMs = 5_000) {
  const cloud = await ChaosServer.listen();
  const logs = recordLog();
  const availability = new CloudAvailability(systemClock, Math.min(20, replyTimeoutMs), () => 0);
  const options = { host: "127.0.0.1", port: cloud.port };
  const heard: string[] = [];
  const ends: (number | undefined)[] = [];
  const watchers = new Set<() => void>();
  const hear = (word: string): void => {
    heard.push(word);
    for (const watcher of [...watchers]) watcher();
  };
  const connection = new CloudConnection(
    {
      ...{ protocol: blueprint, clock: systemClock, security: "plain", guard: new Guard(logs.log, "test") },
      ...{ log: logs.log, availability, address: "192.0.2.1", replyTimeoutMs },
      upstream: new Upstream(options, dialling()),
      health: new UpstreamHealth(logs.log, "cloud"),
      connected: ({ cloudPort }) => ends.push(cloudPort),
    },
    {
      joined: (answered) => hear(answered ? "joined, greeted" : "joined"),
      bytes: () => undefined,
      frames: (frames) => {
        for (const { bytes } of frames) hear(`frame ${bytes[5]}`);
      },
      ended: () => hear("ended"),
      lost: (error) => hear(`lost ${"code" in error ? error.code : "?"}`),
      drained: () => undefined,
      greeting: () => ({ frame: greeting, token: "1" }),
      answerOf: ({ bytes }: Frame) => String(bytes[5]),
    },
  );
  const hears = (word: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!heard.includes(word)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  running.push(async () => {
    connection.close("reset");
    await cloud.close();
  });
  return { cloud, connection, availability, heard, hears, ends };
}

describe("the connection of a session to its cloud", () => {
  it("is joined as soon as the first leg is up", async () => {
    const { cloud, connection, heard, hears, ends } = await setUp();
    await connection.open();
    expect(ends).toEqual([cloud.port]);
    expect([heard, connection.isJoined]).toEqual([["joined"], true]);
    const leg = await cloud.connection(0);
    await leg.send(welcome);
    await hears("frame 1");
    leg.halfClose();
    await hears("ended");
  });

  it("tells why no leg came up, and remembers that nobody gets through", async () => {
    const { cloud, connection, heard, availability } = await setUp();
    await cloud.close();
    await connection.open();
    expect(heard).toEqual(["lost UPSTREAM_REFUSED"]);
    expect(availability.isAway("192.0.2.2")).toBe(true);
  });

  it("says nothing of a leg that was released while it was dialled", async () => {
    const { connection, heard } = await setUp();
    const opening = connection.open();
    connection.release()?.finish();
    await opening;
    expect([heard, connection.isJoined]).toEqual([[], false]);
  });

  it("joins a later leg only when its greeting is answered, and keeps that answer to itself", async () => {
    const { cloud, connection, availability, heard, hears } = await setUp();
    availability.failedFor("192.0.2.1");
    connection.seekReturn();
    const leg = await cloud.connection(0);
    expect((await leg.waitFor(greeting.length)).toString("hex")).toBe(greeting.toString("hex"));
    await leg.send(Buffer.concat([other, welcome, other]));
    await hears("frame 2");
    expect(heard).toEqual(["joined, greeted", "frame 2"]);
  });

  it("tries again when the greeting is not answered, or the leg ends", async () => {
    const { cloud, connection, heard, hears } = await setUp(20);
    connection.seekReturn();
    const silent = await cloud.connection(0);
    await silent.waitFor(greeting.length);
    const ending = await cloud.connection(1);
    await ending.waitFor(greeting.length);
    ending.halfClose();
    const answering = await cloud.connection(2);
    await answering.waitFor(greeting.length);
    await answering.send(welcome);
    await hears("joined, greeted");
    expect(heard).toEqual(["joined, greeted"]);
  });

  it("seeks no more once it is closed", async () => {
    const { cloud, connection, availability } = await setUp();
    availability.unreachable();
    connection.seekReturn();
    connection.close("finish");
    availability.reached();
    // Whoever still wanted to come would have come before this one.
    const own = await ChaosSocket.connect(cloud.port);
    await cloud.connection(0);
    expect(cloud.connections).toHaveLength(1);
    own.socket.destroy();
  });
});
