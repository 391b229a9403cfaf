import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithTshark, faultsOf } from "../../support/tshark.js";
import { Program, temporaryFolder } from "../program.js";
import { connectBoth, type End, EndServer } from "./ends.js";
import { capturesIn, endingOf, legsOf, onlyFile, type RecordedLegShown, streamsOf } from "./recorded.js";

interface Ending {
  readonly name: string;
  /** After both have said a word. */
  end(device: End, cloud: End): Promise<void>;
  /** How both legs ended; the client of either is on the device's side. */
  readonly shown: readonly string[];
}

const open = (end: End): boolean => end.ending === "open";
const over = (end: End): boolean => !open(end);

const endings: readonly Ending[] = [
  {
    name: "the device half closes, and the cloud goes on",
    async end(device, cloud) {
      device.finish();
      await cloud.waitFor(over);
      await cloud.say(Buffer.from("more"));
      cloud.finish();
      await device.waitFor(over);
    },
    shown: ["client FIN", "server FIN"],
  },
  {
    name: "the cloud half closes, and the device goes on",
    async end(device, cloud) {
      cloud.finish();
      await device.waitFor(over);
      await device.say(Buffer.from("more"));
      device.finish();
      await cloud.waitFor(over);
    },
    shown: ["server FIN", "client FIN"],
  },
  {
    name: "the device resets",
    async end(device, cloud) {
      device.reset();
      await cloud.waitFor(({ ending }) => ending === "reset");
    },
    shown: ["client RST"],
  },
  {
    name: "the cloud resets",
    async end(device, cloud) {
      cloud.reset();
      await device.waitFor(({ ending }) => ending === "reset");
    },
    shown: ["server RST"],
  },
  {
    name: "the cloud resets after the device has half closed",
    async end(device, cloud) {
      device.finish();
      await cloud.waitFor(over);
      cloud.reset();
      await device.waitFor(({ ending }) => ending === "reset");
    },
    shown: ["client FIN", "server RST"],
  },
];

const writeBytes = 65_536;
const writes = 32;

describeWithTshark("a capture of connections", () => {
  const folder = temporaryFolder();
  const pairs = new Map<string, { readonly device: End; readonly cloud: End }>();
  let server: EndServer;
  let program: Program;
  let file: string;
  let legs: readonly RecordedLegShown[];

  beforeAll(async () => {
    server = await EndServer.start();
    const relay = { name: "any", protocol: "raw", tls: "plain", upstream: `127.0.0.1:${server.port}` };
    program = await Program.start({
      folder: folder.path,
      relays: [relay],
      // So much that all of it is one file.
      extra: { capture: { mode: "always", max_mb: 1_000 } },
    });
    for (const { name, end } of endings) {
      const pair = await begin(name);
      await end(pair.device, pair.cloud);
      await allClosed();
    }
    await talkMuch();
    expect(await program.end()).toBe(0);
    file = onlyFile(capturesIn(folder.path));
    legs = await legsOf(file);
  }, 120_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    await server.stop();
    folder.remove();
  });

  /** A session in which both have said a word. */
  async function begin(name: string) {
    const pair = await connectBoth(program.port("any"), server);
    pairs.set(name, pair);
    await pair.device.say(Buffer.from("from the device"));
    await pair.cloud.hears(15);
    await pair.cloud.say(Buffer.from("from the cloud"));
    await pair.device.hears(14);
    return pair;
  }

  const allClosed = (): Promise<unknown> => program.waitForLogs("session closed", pairs.size);

  /** Both at once, in large writes. */
  async function talkMuch(): Promise<void> {
    const { device, cloud } = await begin("much");
    const speak = async (end: End): Promise<void> => {
      for (let write = 0; write < writes; write += 1) await end.say(randomBytes(writeBytes));
    };
    await Promise.all([speak(device), speak(cloud)]);
    await Promise.all([device.hears(cloud.said.length), cloud.hears(device.said.length)]);
    device.finish();
    await cloud.waitFor(over);
    cloud.finish();
    await allClosed();
  }

  /** The legs of a session, the device's first. */
  function legsAt(name: string) {
    const caller = pairs.get(name)?.device.own;
    const device = legs.find(({ client }) => client === caller);
    const cloud = legs.find(({ note }) => note.leg === "cloud" && note.session === device?.note.session);
    if (device === undefined || cloud === undefined) throw new Error(`expected the legs of ${name}`);
    return { device, cloud };
  }

  async function sameBytes(name: string): Promise<void> {
    const ends = pairs.get(name);
    const { device, cloud } = legsAt(name);
    for (const leg of [device, cloud]) {
      const { fromClient, fromServer } = await streamsOf(leg);
      expect(fromClient.equals(ends?.device.said ?? Buffer.alloc(0))).toBe(true);
      expect(fromServer.equals(ends?.cloud.said ?? Buffer.alloc(0))).toBe(true);
    }
  }

  it("opens in Wireshark without a word", async () => {
    expect(await faultsOf(file)).toEqual([]);
  });

  it.each(endings)("$name: the same on both legs, in the order in which it happened", async ({ name, shown }) => {
    const { device, cloud } = legsAt(name);
    expect(endingOf(device)).toEqual(shown);
    expect(endingOf(cloud)).toEqual(shown);
    await sameBytes(name);
  });

  it("writes of 64 KiB, both ways at once, are there byte for byte", async () => {
    await sameBytes("much");
  });

  it("names the ends of the cloud leg as the cloud sees them", () => {
    for (const name of pairs.keys()) {
      const { cloud } = legsAt(name);
      expect([cloud.client, cloud.server]).toEqual([pairs.get(name)?.cloud.peer, pairs.get(name)?.cloud.own]);
    }
  });
});
