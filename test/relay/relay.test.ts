import { createHash, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { afterEach, describe, expect, it } from "vitest";
import type { Deliver } from "../../src/model/ports.js";
import type { Protocol } from "../../src/model/protocol.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { encodeAnswer, encodeInterval, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { ChaosServer, ChaosSocket, closedPort } from "../support/chaos-socket.js";
import { FakeClock } from "../support/fake-clock.js";
import { type RelaySetup, type SetupOptions, setUpRelay } from "../support/relay-setup.js";

const started: RelaySetup[] = [];

async function setUp(options: SetupOptions = {}): Promise<RelaySetup> {
  const setup = await setUpRelay(options);
  started.push(setup);
  return setup;
}

afterEach(async () => {
  for (const setup of started.splice(0)) await setup.stop();
});

const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });
const answer = encodeAnswer(7, 1, 1);

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function connected(setup: RelaySetup): Promise<{ device: ChaosSocket; cloud: ChaosSocket }> {
  const device = await setup.device();
  await device.send(report);
  const cloud = await setup.cloud.connection(setup.cloud.connections.length);
  await cloud.waitFor(report.length);
  return { device, cloud };
}

describe("bytes", () => {
  it("D05: passes every byte both ways, unchanged and in order, however they are cut", async () => {
    const setup = await setUp({ cloud: await ChaosServer.listen("127.0.0.1", false) });
    const up = Buffer.concat([report, randomBytes(400_000), report]);
    const down = randomBytes(500_000);
    const device = await setup.device();
    const sizes = [1, 2, 3, 5, 1_448, 8, 20_000, 13];
    const sending = device.sendSplit(up, sizes);
    const cloud = await setup.cloud.connection(0);
    await Promise.all([sending, cloud.sendSplit(down, sizes.toReversed())]);
    await Promise.all([cloud.waitFor(up.length), device.waitFor(down.length)]);
    expect(cloud.digest()).toBe(sha256(up));
    expect(device.digest()).toBe(sha256(down));
  });

  it("keeps what the device says before the cloud is connected, and delivers it first", async () => {
    const setup = await setUp();
    const device = await setup.device();
    await device.send(report);
    await device.send(report);
    const cloud = await setup.cloud.connection(0);
    expect(await cloud.waitFor(2 * report.length)).toEqual(Buffer.concat([report, report]));
  });

  it("D03: relays 200 devices at once, each to its own connection", async () => {
    const setup = await setUp();
    const devices = await Promise.all(Array.from({ length: 200 }, () => setup.device()));
    await Promise.all(
      devices.map((device, index) =>
        device.send(encodeReport(index, 1, { powerW: index, temperatureC: 20, energyTotalWh: 1 })),
      ),
    );
    await setup.cloud.connection(199);
    for (const connection of setup.cloud.connections) {
      const serial = (await connection.waitFor(report.length)).readUInt32BE(6);
      await connection.send(encodeAnswer(serial, 1, 1));
    }
    const serials = await Promise.all(
      devices.map(async (device) => (await device.waitFor(answer.length)).readUInt32BE(6)),
    );
    expect(serials).toEqual(devices.map((_, index) => index));
    expect(setup.relay.status()).toMatchObject({ sessionsOpen: 200, sessionsStarted: 200, sessionsEnded: 0 });
  });

  it("goes on as plain when the device waits for the cloud to speak", async () => {
    const clock = new FakeClock();
    const setup = await setUp({ ports: { clock } });
    const timers = clock.pendingTimers;
    const device = await setup.device();
    while (clock.pendingTimers === timers) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    const cloud = await setup.cloud.connection(0);
    await cloud.send(answer);
    expect(await device.waitFor(answer.length)).toEqual(answer);
  });

  it("dials at once where TLS is out of the question", async () => {
    const setup = await setUp({ options: { tls: "plain" } });
    await setup.device();
    expect(await setup.cloud.connection(0)).toBeDefined();
  });
});

describe("FIN and RST", () => {
  it("D07, W07: passes the device's half close on and keeps the cloud's direction open", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    device.halfClose();
    expect(await cloud.ending).toBe("fin");
    await cloud.send(answer);
    expect(await device.waitFor(answer.length)).toEqual(answer);
    cloud.halfClose();
    expect(await device.ending).toBe("fin");
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "device", how: "fin" });
  });

  it("D07, W07: passes the cloud's half close on and keeps the device's direction open", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    cloud.halfClose();
    expect(await device.ending).toBe("fin");
    await device.send(report);
    await cloud.waitFor(2 * report.length);
    device.halfClose();
    expect(await cloud.ending).toBe("fin");
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "cloud", how: "fin" });
  });

  it("D07: a reset by the device is a reset at the cloud", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    device.reset();
    expect(await cloud.ending).toBe("reset");
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "device", how: "reset" });
  });

  it("D07: a reset by the cloud is a reset at the device", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    cloud.reset();
    expect(await device.ending).toBe("reset");
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "cloud", how: "reset" });
  });

  it("passes the half close of a device that finished before the cloud was connected", async () => {
    const setup = await setUp();
    const device = await setup.device();
    device.socket.end(report);
    const cloud = await setup.cloud.connection(0);
    expect(await cloud.ending).toBe("fin");
    expect(cloud.received()).toEqual(report);
    cloud.halfClose();
    expect(await device.ending).toBe("fin");
  });

  it("dials no cloud for a connection that closes without a byte", async () => {
    const setup = await setUp();
    (await setup.device()).halfClose();
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "device", how: "fin" });
    expect(setup.cloud.connections).toHaveLength(0);
  });
});

describe("a cloud that cannot be reached", () => {
  it("D04, W02: resets the device when the cloud refuses, warns once, and says when it is back", async () => {
    const port = await closedPort();
    const setup = await setUp({ options: { upstream: { host: "127.0.0.1", port } } });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const device = await setup.device();
      device.socket.write(report);
      expect(await device.ending).toBe("reset");
    }
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "cloud", how: "dial-failed" });
    expect(setup.logs.of("cloud cannot be reached", "warn")).toMatchObject([{ code: "UPSTREAM_REFUSED" }]);

    const back = await ChaosServer.listen("127.0.0.1", true, port);
    const device = await setup.device();
    await device.send(report);
    await (await back.connection(0)).send(answer);
    await device.waitFor(answer.length);
    await back.close();
    expect(setup.logs.of("cloud can be reached again")).toHaveLength(1);
  });

  it("D04, W02: gives up on a cloud that never accepts after the dial timeout", async () => {
    const clock = new FakeClock();
    const nameServer = createSocket("udp4");
    await new Promise<void>((resolve) => nameServer.bind(0, "127.0.0.1", resolve));
    const resolver = [`127.0.0.1:${nameServer.address().port}`];
    const asked = new Promise((resolve) => nameServer.once("message", resolve));
    const upstream = { host: "cloud.invalid", port: 9 };
    const setup = await setUp({ options: { upstream, resolver, dialTimeoutMs: 5_000 }, ports: { clock } });
    const device = await setup.device();
    device.socket.write(report);
    await asked;
    clock.advance(4_999);
    expect(setup.relay.status().sessionsOpen).toBe(1);
    clock.advance(1);
    expect(await device.ending).toBe("reset");
    nameServer.close();
    expect(setup.logs.of("cloud cannot be reached", "warn")).toMatchObject([{ code: "UPSTREAM_TIMEOUT" }]);
  });

  it("still reads what the device said", async () => {
    const delivered: string[] = [];
    const deliver: Deliver = (_session, decoded) => {
      delivered.push(decoded.role);
      return undefined;
    };
    const setup = await setUp({
      options: { upstream: { host: "127.0.0.1", port: await closedPort() } },
      ports: { deliver },
    });
    const device = await setup.device();
    device.socket.write(report);
    await device.ending;
    expect(delivered).toEqual(["report"]);
  });

  it("never dials itself", async () => {
    const ports: number[] = [];
    const setup = await setUp({ ports: { ownPorts: () => ports } });
    ports.push(setup.cloud.port);
    const device = await setup.device();
    device.socket.write(report);
    expect(await device.ending).toBe("reset");
    expect(setup.logs.of("cloud cannot be reached", "warn")).toMatchObject([{ code: "UPSTREAM_LOOP" }]);
  });
});

describe("limits", () => {
  it("D08: a session survives silence, and ends after the idle limit", async () => {
    const clock = new FakeClock();
    const setup = await setUp({ options: { idleTimeoutMs: 15 * 60_000 }, ports: { clock } });
    const { device, cloud } = await connected(setup);
    clock.advance(10 * 60_000);
    await device.send(report);
    await cloud.waitFor(2 * report.length);
    clock.advance(10 * 60_000);
    expect(setup.relay.status().sessionsOpen).toBe(1);
    await cloud.send(answer);
    await device.waitFor(answer.length);
    clock.advance(15 * 60_000);
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "cloudtap", how: "idle" });
    await Promise.all([device.ending, cloud.ending]);
  });

  it("waits for a cloud that reads slowly, and loses nothing", async () => {
    const setup = await setUp({ cloud: await ChaosServer.listen("127.0.0.1", false) });
    const { device, cloud } = await connected(setup);
    const large = randomBytes(12_000_000);
    cloud.stall();
    const sending = device.send(large);
    for (let turn = 0; turn < 5; turn += 1) {
      cloud.resume();
      await cloud.waitFor(turn * 1_000_000);
      cloud.stall();
    }
    cloud.resume();
    await sending;
    await cloud.waitFor(report.length + large.length);
    expect(cloud.digest()).toBe(sha256(Buffer.concat([report, large])));
  });

  it("resets sessions beyond the limit for an address, counts them, and warns once a minute", async () => {
    const clock = new FakeClock();
    const setup = await setUp({ options: { maxSessionsPerAddress: 2 }, ports: { clock } });
    await connected(setup);
    await connected(setup);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const ending = setup.device().then(
        (device) => device.ending,
        (error: NodeJS.ErrnoException) => error.code,
      );
      expect(["reset", "ECONNRESET"]).toContain(await ending);
    }
    expect(setup.logs.of("connection turned away", "warn")).toMatchObject([
      { reason: expect.stringContaining("max_sessions_per_address is 2") },
    ]);
    expect(setup.relay.status()).toMatchObject({ sessionsOpen: 2, sessionsStarted: 2 });
  });

  it("D06: leaves nothing behind after 2,000 sessions", { timeout: 60_000 }, async () => {
    const setup = await setUp({ logLevel: "warn" });
    const resources = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Pipe|TLS/.test(name)).length;
    await oneSession(setup, 0);
    const before = resources();
    for (let round = 0; round < 100; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => oneSession(setup, round * 20 + index)));
    }
    await setup.message("session-closed", () => setup.relay.status().sessionsOpen === 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(setup.relay.status()).toMatchObject({ sessionsOpen: 0, sessionsStarted: 2_001, sessionsEnded: 2_001 });
    expect(resources()).toBeLessThanOrEqual(before);
  });
});

/** Ends in one of four ways. */
async function oneSession(setup: RelaySetup, index: number): Promise<void> {
  const device = await setup.device();
  device.socket.write(report);
  const mine = encodeReport(index + 10, 1, { powerW: 1, temperatureC: 1, energyTotalWh: 1 });
  device.socket.write(mine);
  const cloud = await cloudOf(setup, index + 10);
  if (index % 4 === 0) device.reset();
  else if (index % 4 === 1) cloud.reset();
  else {
    const [first, second] = index % 4 === 2 ? [device, cloud] : [cloud, device];
    first.halfClose();
    await second.ending;
    second.halfClose();
  }
  await Promise.all([device.closed, cloud.closed]);
  setup.cloud.connections.splice(setup.cloud.connections.indexOf(cloud), 1);
}

async function cloudOf(setup: RelaySetup, serial: number): Promise<ChaosSocket> {
  for (;;) {
    for (const connection of setup.cloud.connections) {
      if (connection.size >= 2 * report.length && connection.received().readUInt32BE(report.length + 6) === serial) {
        return connection;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("start and stop", () => {
  it("D01: listens on every address, IPv6 and IPv4, and reports the port", async () => {
    const setup = await setUp({ options: { listen: { host: undefined, port: 0 } } });
    const port = setup.relay.port();
    expect(setup.logs.of("relay listens", "info")).toMatchObject([{ port, protocol: "blueprint", intervalS: 60 }]);
    const v6 = await ChaosSocket.connect(port, "::1");
    const v4 = await ChaosSocket.connect(port, "127.0.0.1");
    await Promise.all([v6.send(report), v4.send(report)]);
    await setup.cloud.connection(1);
    const addresses = setup.messages.flatMap((m) =>
      m.type === "session-opened" ? [m.session.device.remoteAddress] : [],
    );
    expect(addresses.toSorted()).toEqual(["127.0.0.1", "::1"]);
  });

  it("relays to a cloud on IPv6", async () => {
    const cloud = await ChaosServer.listen("::1");
    const setup = await setUp({ cloud, options: { upstream: { host: "::1", port: cloud.port } } });
    const { cloud: leg } = await connected(setup);
    expect(leg.received()).toEqual(report);
  });

  it("D01: names the port that another program has", async () => {
    const taken = await ChaosServer.listen();
    const { port } = taken;
    const failing = setUpRelay({ cloud: taken, options: { listen: { host: "127.0.0.1", port } } });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    await taken.close();
    expect(error).toBeInstanceOf(CloudtapError);
    expect(error).toMatchObject({ code: "LISTEN_FAILED", details: { port } });
    expect(String(error)).toContain(`port ${port} on 127.0.0.1 is taken by another program`);
  });

  it("finishes bytes in flight when it stops, then closes both legs", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    const large = randomBytes(3_000_000);
    cloud.stall();
    device.socket.write(large);
    const stopping = setup.relay.stop();
    cloud.resume();
    await stopping;
    expect(await cloud.ending).toBe("fin");
    expect(cloud.received().equals(Buffer.concat([report, large]))).toBe(true);
    expect((await setup.message("session-closed")).reason).toMatchObject({ by: "cloudtap", how: "stopped" });
    await expect(setup.device()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("E23: waits for the first report, warns after three intervals, and says when devices report again", async () => {
    const clock = new FakeClock();
    const setup = await setUp({ ports: { clock } });
    expect(setup.relay.status().status).toBe("waiting");
    clock.advance(3 * 60_000);
    expect(setup.relay.status().status).toBe("silent");
    expect(setup.logs.of("still waiting for the first report", "warn")).toHaveLength(1);
    await connected(setup);
    expect(setup.relay.status().status).toBe("active");
    expect(setup.logs.of("devices report", "info")).toHaveLength(1);
    const statuses = setup.messages.flatMap((m) => (m.type === "relay" ? [m.relay.status] : []));
    expect(statuses).toEqual(["waiting", "silent", "active"]);
  });
});

describe("what is told", () => {
  it("W20: publishes each session with its addresses, counters and reason", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    await cloud.send(answer);
    await device.waitFor(answer.length);
    device.halfClose();
    await cloud.ending;
    cloud.halfClose();
    const opened = await setup.message("session-opened");
    const closed = await setup.message("session-closed");
    expect(closed.session).toBe(opened.session);
    expect(opened.session.device).toMatchObject({ remoteAddress: "127.0.0.1", localPort: setup.relay.port() });
    expect(closed.counters).toMatchObject({ bytesFromDevice: report.length, bytesFromCloud: answer.length });
    expect(setup.relay.status()).toMatchObject({ sessionsStarted: 1, sessionsEnded: 1 });
  });

  it("E22: logs one line a frame with client, direction, label and size, and nothing at info", async () => {
    const setup = await setUp();
    const { device } = await connected(setup);
    await setup.message("frame");
    expect(setup.logs.of("frame")).toMatchObject([
      { level: 20, address: "127.0.0.1", direction: "device-to-cloud", label: "report 1, 19 bytes", bytes: 19 },
    ]);
    const infos = setup.logs.lines.filter((line) => line.level >= 30).map((line) => line.msg);
    expect(infos).toEqual(["relay listens", "devices report"]);
    device.halfClose();
  });

  it.each([
    ["tap", {}],
    ["gate", { commands: { preset: "block", block: [], allow: [] } }],
  ] as const)(
    "T20, T23, A21: logs a session of a %s from its beginning to its end, and all of it at the end",
    async (_kind, options) => {
      const setup = await setUp({ options });
      const { device, cloud } = await connected(setup);
      await cloud.send(answer);
      await device.waitFor(answer.length);
      cloud.halfClose();
      await device.ending;
      device.halfClose();
      const { session } = await setup.message("session-closed");
      const [accepted] = setup.logs.of("session accepted");
      const ends = { session: session.id, address: "127.0.0.1", remotePort: session.device.remotePort };
      expect(accepted).toMatchObject({ relay: "test", ...ends, localPort: setup.relay.port() });
      const place = { cloud: "127.0.0.1", cloudPort: setup.cloud.port, security: "plain" };
      expect(setup.logs.of("cloud connected")).toMatchObject([{ session: session.id, ...place }]);
      expect(setup.logs.of("session closed")).toMatchObject([
        {
          ...{ relay: "test", protocol: "blueprint", ...ends, ...place },
          ...{ by: "cloud", how: "fin", detail: "the cloud closed" },
          ...{ bytesFromDevice: report.length, bytesFromCloud: answer.length, durationMs: expect.any(Number) },
        },
      ]);
    },
  );

  it("T20: says at the end of a session why its cloud could not be had", async () => {
    const setup = await setUp();
    const { port } = setup.cloud;
    await setup.cloud.close();
    const device = await setup.device();
    await device.send(report);
    await setup.message("session-closed");
    const [closed] = setup.logs.of("session closed");
    expect(closed).toMatchObject({ by: "cloud", how: "dial-failed", bytesFromDevice: report.length });
    expect(closed?.detail).toContain(`cannot connect to 127.0.0.1:${port}`);
    expect(closed).not.toHaveProperty("cloud");
  });

  it("D25, D33: logs every chunk as hex with its direction at trace, and not above", async () => {
    const setup = await setUp({ logLevel: "trace" });
    await connected(setup);
    expect(setup.logs.of("chunk")).toMatchObject([
      { direction: "device-to-cloud", bytes: report.length, hex: report.toString("hex") },
    ]);
  });

  it("names a command of the cloud at info", async () => {
    const setup = await setUp();
    const { device, cloud } = await connected(setup);
    const command = encodeInterval(7, 9, 30);
    await cloud.send(command);
    await device.waitFor(command.length);
    await setup.message("frame", (frame) => frame.role === "command");
  });
});

describe("a decoder that throws", () => {
  it("never hurts relaying", async () => {
    const protocol: Protocol = {
      ...blueprint,
      createConversation: () => ({
        receive: () => {
          throw new Error("broken decoder");
        },
      }),
    };
    const setup = await setUp({ options: { protocol } });
    const { device, cloud } = await connected(setup);
    for (let i = 0; i < 9; i += 1) await device.send(report);
    await cloud.waitFor(10 * report.length);
    const faults = setup.messages.filter((m) => m.type === "anomaly" && m.anomaly.kind === "decoder_fault");
    expect(faults).toHaveLength(3);
    expect(setup.logs.of("internal fault", "error")).toHaveLength(1);
  });

  it("relays although not even a conversation could be made", async () => {
    const protocol: Protocol = {
      ...blueprint,
      createConversation: () => {
        throw new Error("broken protocol");
      },
    };
    const setup = await setUp({ options: { protocol } });
    const { cloud } = await connected(setup);
    expect(cloud.received()).toEqual(report);
  });
});

describe("upstream original", () => {
  /** How a connection ends that may be reset before it is known to be up. */
  function endingOf(setup: RelaySetup): Promise<unknown> {
    return setup.device().then(
      (device) => device.ending,
      (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? "reset" : error),
    );
  }

  /** A kernel that remembers that everything was heading for `cloud`. */
  function interception(port: number) {
    const sockets = {
      originalDestination: () => ({ address: "127.0.0.1", port }),
      makeTransparent: () => undefined,
      mayMark: () => false,
      openSocket: () => {
        throw new Error("not asked in this test");
      },
    };
    return { sockets, transparent: false };
  }

  it("dials where the device was heading, and says so in the session", async () => {
    const cloud = await ChaosServer.listen();
    const setup = await setUp({
      cloud,
      options: { upstream: "original", devices: ["127.0.0.1"] },
      ports: { interception: interception(cloud.port) },
    });
    const device = await setup.device();
    await device.send(report);
    expect(await (await cloud.connection(0)).waitFor(report.length)).toEqual(report);
    expect(await setup.message("session-opened")).toMatchObject({
      session: { destination: { address: "127.0.0.1", port: cloud.port } },
    });
    expect(setup.relay.status().upstream).toBe("original");
  });

  it("resets who is no configured device, and counts it", async () => {
    const cloud = await ChaosServer.listen();
    const setup = await setUp({
      cloud,
      options: { upstream: "original", devices: ["192.0.2.1"] },
      ports: { interception: interception(cloud.port) },
    });
    expect(await endingOf(setup)).toBe("reset");
    expect(setup.relay.status()).toMatchObject({ turnedAway: 1, sessionsStarted: 0 });
    expect(await setup.message("turned-away")).toMatchObject({ address: "127.0.0.1", relay: "test" });
    expect(cloud.connections).toHaveLength(0);
  });

  it("resets who calls Cloudtap itself, so that no loop can begin", async () => {
    const setup = await setUp({ options: { upstream: "original", devices: ["127.0.0.1"] } });
    expect(await endingOf(setup)).toBe("reset");
    expect(setup.relay.status().turnedAway).toBe(1);
  });
});
