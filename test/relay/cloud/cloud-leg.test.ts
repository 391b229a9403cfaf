import { afterEach, describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import { CloudLeg } from "../../../src/relay/cloud/cloud-leg.js";
import { Upstream } from "../../../src/relay/cloud/upstream.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { Guard } from "../../../src/runtime/guard.js";
import { encodeAnswer } from "../../support/blueprint/encoder.js";
import { blueprint } from "../../support/blueprint/index.js";
import { ChaosServer, closedPort } from "../../support/chaos-socket.js";
import { dialling } from "../../support/dialling.js";
import { recordLog } from "../../support/log-recorder.js";

const answer = encodeAnswer(7, 1, 1);
const servers: ChaosServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function setUp(port?: number) {
  const cloud = await ChaosServer.listen();
  servers.push(cloud);
  const options = { host: "127.0.0.1", port: port ?? cloud.port };
  const heard: string[] = [];
  const watchers = new Set<() => void>();
  const hear = (word: string): void => {
    heard.push(word);
    for (const watcher of watchers) watcher();
  };
  const name = ({ whole, bytes }: Frame): string => `${whole ? "frame" : "rest"} of ${bytes.length}`;
  const leg = new CloudLeg(
    {
      ...{ protocol: blueprint, clock: systemClock, security: "plain", guard: new Guard(recordLog().log, "test") },
      upstream: new Upstream(options, dialling()),
    },
    {
      bytes: ({ length }) => hear(`${length} bytes`),
      frames: (frames) => {
        for (const frame of frames) hear(name(frame));
      },
      ended: (rest) => hear(["ended", ...rest.map(name)].join(" with ")),
      failed: () => hear("failed"),
      drained: () => undefined,
    },
  );
  const heardAll = (count: number): Promise<readonly string[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (heard.length >= count) resolve(heard);
      };
      watchers.add(look);
      look();
    });
  return { cloud, leg, heard, heardAll };
}

describe("a cloud leg", () => {
  it("hears the cloud in whole frames, and what it leaves behind at its end", async () => {
    const { cloud, leg, heardAll } = await setUp();
    expect(await leg.dial()).toEqual({ cloud: "127.0.0.1", cloudPort: cloud.port, security: "plain" });
    const peer = await cloud.connection(0);
    await peer.send(answer);
    await heardAll(2);
    await peer.send(answer.subarray(0, 5));
    peer.halfClose();
    expect(await heardAll(4)).toEqual(["11 bytes", "frame of 11", "5 bytes", "ended with rest of 5"]);
    leg.finish();
    expect(await peer.ending).toBe("fin");
  });

  it("writes, half closes and resets", async () => {
    const { cloud, leg } = await setUp();
    await leg.dial();
    const peer = await cloud.connection(0);
    leg.write(answer);
    expect((await peer.waitFor(answer.length)).toString("hex")).toBe(answer.toString("hex"));
    leg.end();
    expect(await peer.ending).toBe("fin");
    const other = await setUp();
    await other.leg.dial();
    const otherPeer = await other.cloud.connection(0);
    other.leg.reset();
    expect(await otherPeer.ending).toBe("reset");
  });

  it("tells of a reset, unless nobody listens any more", async () => {
    const { cloud, leg, heardAll } = await setUp();
    await leg.dial();
    (await cloud.connection(0)).reset();
    expect(await heardAll(1)).toEqual(["failed"]);
    const other = await setUp();
    await other.leg.dial();
    const peer = await other.cloud.connection(0);
    other.leg.finish();
    peer.socket.write(answer);
    await peer.ending;
    expect(other.heard).toEqual([]);
  });

  it("gives a dial up when it is left before", async () => {
    const { leg } = await setUp();
    const dialling = leg.dial();
    leg.finish();
    await expect(dialling).rejects.toThrow("does not need the cloud");
  });

  it("says why it did not come up", async () => {
    const { leg } = await setUp(await closedPort());
    await expect(leg.dial()).rejects.toMatchObject({ code: "UPSTREAM_REFUSED" });
    expect([leg.waitingBytes, leg.write(answer)]).toEqual([0, true]);
  });
});
