import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../support/mosquitto.js";
import { describeWithTshark, faultsOf, interfacesOf } from "../../support/tshark.js";
import { rounds } from "../device-rounds.js";
import { type CloudSession, FaultyCloud } from "../faulty-cloud.js";
import { makeKeyPair } from "../key-pair.js";
import { type DeviceSession, PlayedDevice } from "../played-device.js";
import { Program, temporaryFolder } from "../program.js";
import { capturesIn, commentsOf, endingOf, legsOf, onlyFile, type RecordedLegShown, streamsOf } from "./recorded.js";

const kinds = [
  { protocol: "solarman", security: "plain" },
  { protocol: "websentry", security: "plain" },
  { protocol: "envoy", security: "plain" },
  { protocol: "envoy", security: "tls" },
] as const;
const families = [
  { family: "IPv4", address: "127.0.0.1", host: "127.0.0.1" },
  { family: "IPv6", address: "::1", host: "[::1]" },
] as const;
const cases = families.flatMap((place) =>
  kinds.map((kind) => ({ ...kind, ...place, name: `${kind.protocol}-${kind.security}-${place.family.toLowerCase()}` })),
);
/** Where Wireshark looks for HTTP. */
const httpPort = 80;

interface Played {
  readonly device: DeviceSession;
  readonly cloud: CloudSession;
  /** `address:port`. */
  readonly caller: string;
  readonly cloudPort: number;
}

describeWithTshark("a capture of simulated devices", () => {
  const folder = temporaryFolder();
  const clouds = new Map<string, FaultyCloud>();
  const played = new Map<string, Played>();
  let program: Program;
  let file: string;
  let legs: readonly RecordedLegShown[];

  beforeAll(async () => {
    const pair = makeKeyPair(folder.path, "vendor");
    for (const { name, protocol, security, address } of cases) {
      const tls = security === "tls" ? { tls: { right: pair, wrong: pair } } : {};
      clouds.set(name, await FaultyCloud.start({ protocol, address, ...tls }));
    }
    program = await Program.start({
      folder: folder.path,
      relays: await relays(),
      extra: { capture: { mode: "always" } },
    });
    for (const one of cases) played.set(one.name, await play(one));
    expect(await program.end()).toBe(0);
    file = onlyFile(capturesIn(folder.path));
    legs = await legsOf(file);
  }, 120_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    await Promise.all([...clouds.values()].map((cloud) => cloud.stop()));
    folder.remove();
  });

  async function relays() {
    const taken = new Set([...clouds.values()].map(({ port }) => port));
    const found = [];
    for (const { name, protocol, host, security } of cases) {
      let port = await freePort();
      // A port that is free on one loopback address may be taken on the other.
      while (taken.has(port)) port = await freePort();
      taken.add(port);
      const upstream = clouds.get(name)?.upstream;
      const trust = security === "tls" ? { upstream_tls: "insecure" } : {};
      found.push({ name, protocol, upstream, listen: `${host}:${port}`, ...trust });
    }
    return found;
  }

  /** One round of a device, until nothing of its session is open. */
  async function play({ name, protocol, security, address }: (typeof cases)[number]): Promise<Played> {
    const cloud = clouds.get(name);
    if (cloud === undefined) throw new Error(`expected a cloud of ${name}`);
    let caller = "";
    const dial = async (): Promise<Duplex> => {
      const where = { port: program.port(name), host: address, allowHalfOpen: true, noDelay: true };
      const socket = security === "tls" ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
      await new Promise<void>((resolve, reject) => {
        socket.once(security === "tls" ? "secureConnect" : "connect", resolve);
        socket.once("error", reject);
      });
      caller = `${address}:${socket.localPort}`;
      return socket;
    };
    const device = new PlayedDevice({ protocol, dial, index: cases.findIndex((one) => one.name === name) });
    const closed = (): boolean => program.logs.some(({ msg, relay }) => msg === "session closed" && relay === name);
    await rounds[protocol].play(device);
    await rounds[protocol].hangUp(device);
    await program.waitForLog(closed);
    return { device: device.session, cloud: await cloud.session(0), caller, cloudPort: cloud.port };
  }

  function playedAt(name: string): Played {
    const found = played.get(name);
    if (found === undefined) throw new Error(`expected ${name}`);
    return found;
  }

  function legOf(relay: string, side: "device" | "cloud"): RecordedLegShown {
    const found = legs.filter(({ note }) => note.relay === relay && note.leg === side);
    const [leg, ...others] = found;
    if (leg === undefined || others.length > 0)
      throw new Error(`expected one ${side} leg of ${relay}, not ${found.length}`);
    return leg;
  }

  it("opens in Wireshark without a word, with correct checksums", async () => {
    expect(await faultsOf(file)).toEqual([]);
  });

  it("has an interface for each leg", async () => {
    expect(await interfacesOf(file)).toEqual(["device leg", "cloud leg"]);
    expect(legs.map(({ link, note }) => [note.leg, link])).toEqual(
      legs.map(({ note }) => [note.leg, `${note.leg} leg`]),
    );
    expect(legs).toHaveLength(2 * cases.length);
  });

  it.each(cases)("$name: `follow` gives the very bytes that both ends sent and received", async ({ name }) => {
    const { device, cloud } = playedAt(name);
    const [deviceSide, cloudSide] = [await streamsOf(legOf(name, "device")), await streamsOf(legOf(name, "cloud"))];
    expect(deviceSide.fromClient).toEqual(Buffer.concat(device.sent));
    expect(deviceSide.fromServer).toEqual(Buffer.concat(device.received));
    expect(cloudSide.fromClient).toEqual(Buffer.concat([...cloud.received]));
    expect(cloudSide.fromServer).toEqual(Buffer.concat([...cloud.sent]));
  });

  it.each(cases)(
    "$name: real addresses and ports, and in the clear the port of HTTP",
    ({ name, address, security }) => {
      const { caller, cloudPort } = playedAt(name);
      const [device, cloud] = [legOf(name, "device"), legOf(name, "cloud")];
      const isTls = security === "tls";
      expect(device).toMatchObject({ client: caller, server: `${address}:${isTls ? httpPort : program.port(name)}` });
      expect(cloud).toMatchObject({ server: `${address}:${isTls ? httpPort : cloudPort}` });
      expect([device.note.port, cloud.note.port]).toEqual(
        isTls ? [program.port(name), cloudPort] : [undefined, undefined],
      );
    },
  );

  it.each(cases)("$name: begins with a handshake and ends with FIN on both sides", ({ name }) => {
    for (const side of ["device", "cloud"] as const) {
      const leg = legOf(name, side);
      expect(leg.packets.slice(0, 3).map(({ flags }) => flags)).toEqual(["S", "SA", "A"]);
      expect(endingOf(leg).toSorted()).toEqual(["client FIN", "server FIN"]);
    }
  });

  it.each(cases)("$name: says what it is, and beside each frame what that said", ({ name, protocol, security }) => {
    const session = program.logs.find(({ msg, relay }) => msg === "session accepted" && relay === name)?.session;
    const known = { session, relay: name, protocol, security, reason: expect.stringContaining("always") };
    const frames = program.logs.filter(({ msg, relay }) => msg === "frame" && relay === name);
    for (const side of ["device", "cloud"] as const) {
      const leg = legOf(name, side);
      const device = leg.note.device ?? "none";
      expect(leg.note).toMatchObject(known);
      expect(rounds[protocol].id(cases.findIndex((one) => one.name === name))).toBe(device);
      // Each stands where it came in.
      const came = frames.filter(({ direction }) => String(direction).startsWith(side)).map(({ label }) => label);
      expect(came.length).toBeGreaterThan(0);
      const lines = commentsOf(leg);
      expect(came.filter((label) => !lines.some((line) => line.endsWith(`: ${label}`)))).toEqual([]);
    }
  });

  it.each(cases.filter(({ protocol }) => protocol === "envoy"))("$name: shows as HTTP", ({ name }) => {
    for (const side of ["device", "cloud"] as const) {
      const spoken = legOf(name, side).packets.filter(({ payload }) => payload.length > 0);
      expect(new Set(spoken.map(({ protocol }) => protocol.replace("/XML", "")))).toEqual(new Set(["HTTP"]));
    }
  });

  it("tells its times in order, within those of the sessions", () => {
    const times = legs.flatMap(({ packets }) => packets).toSorted((one, other) => one.number - other.number);
    const us = times.map(({ atUs }) => atUs);
    expect(us).toEqual(us.toSorted((one, other) => Number(one - other)));
    const opened = [...played.values()].map(({ device }) => BigInt(device.openedAt) * 1_000n);
    expect(us.at(0)).toBeGreaterThan((opened[0] ?? 0n) - 1_000_000n);
    expect(us.at(-1)).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000n);
    // Microseconds, not milliseconds with zeros.
    expect(us.some((at) => at % 1_000n !== 0n)).toBe(true);
  });
});
