import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { SessionId } from "../../src/model/session.js";
import { Leg, type LegOwner } from "../../src/relay/leg.js";
import { Tap } from "../../src/relay/tap.js";
import { createBus } from "../../src/runtime/bus.js";
import { ChaosSocket, defer, portOf } from "../support/chaos-socket.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

const sockets: Socket[] = [];

/** Our end of a connection and the peer's. */
async function connection(): Promise<{ ours: Socket; peer: ChaosSocket }> {
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const ours = connect({ port: portOf(server), host: "127.0.0.1", allowHalfOpen: true });
  const peer = new ChaosSocket(await accepted);
  server.close();
  sockets.push(ours, peer.socket);
  return { ours, peer };
}

async function setUp() {
  const clock = new FakeClock();
  const logs = recordLog("trace");
  const bus = createBus(logs.log);
  const anomalies: string[] = [];
  bus.subscribe("test", (message) => message.type === "anomaly" && anomalies.push(message.anomaly.kind));
  const [device, cloud] = [await connection(), await connection()];
  const owner: LegOwner = {
    chunk: (side, chunk) => tap.chunk(side, chunk, clock.now()),
    ended: (side) => tap.ended(side, clock.now()),
    drained: (side) => tap.drained(side),
    failed: () => undefined,
    closed: () => undefined,
  };
  const legs = {
    device: new Leg("device", { socket: device.ours, tcp: device.ours }, owner),
    cloud: new Leg("cloud", { socket: cloud.ours, tcp: cloud.ours }, owner),
  };
  const address = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  const session = { id: "s" as SessionId, relay: "r", protocol: "p", openedAt: clock.now(), device: address };
  const tap: Tap = new Tap({ session, log: logs.log, clock, bus }, legs, undefined);
  return { clock, logs, anomalies, device, cloud, tap };
}

/** Long enough for anything that is not held to arrive. */
async function otherBytesPass(from: ChaosSocket, to: ChaosSocket): Promise<void> {
  const before = to.size;
  await from.send(Buffer.from("ping"));
  await to.waitFor(before + 4);
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe("tap", () => {
  it("holds the cloud's answer until the delivery is done, and lets the device go on meanwhile", async () => {
    const { device, cloud, tap, clock } = await setUp();
    const delivery = defer();
    tap.hold(
      "device-to-cloud",
      delivery.promise.then(() => true),
    );
    expect(tap.isBusy).toBe(true);
    cloud.peer.socket.end("answer");
    await otherBytesPass(device.peer, cloud.peer);
    await otherBytesPass(device.peer, cloud.peer);
    expect(device.peer.size).toBe(0);
    delivery.resolve();
    expect(String(await device.peer.waitFor(6))).toBe("answer");
    expect(await device.peer.ending).toBe("fin");
    expect(clock.pendingTimers).toBe(0);
  });

  it("goes on holding while one of several deliveries is pending", async () => {
    const { device, cloud, tap } = await setUp();
    const [first, second] = [defer(), defer()];
    tap.hold(
      "device-to-cloud",
      first.promise.then(() => true),
    );
    tap.hold(
      "device-to-cloud",
      second.promise.then(() => true),
    );
    await cloud.peer.send(Buffer.from("answer"));
    first.resolve();
    await otherBytesPass(device.peer, cloud.peer);
    expect(device.peer.size).toBe(0);
    second.resolve();
    await device.peer.waitFor(6);
  });

  it("lets the answer go after ten seconds all the same, and says so", async () => {
    const { device, cloud, tap, clock, logs, anomalies } = await setUp();
    const never = new Promise<boolean>(() => undefined);
    tap.hold("device-to-cloud", never);
    await cloud.peer.send(Buffer.from("answer"));
    clock.advance(9_999);
    await otherBytesPass(device.peer, cloud.peer);
    expect(device.peer.size).toBe(0);
    clock.advance(1);
    await device.peer.waitFor(6);
    expect(anomalies).toEqual(["ledger_late"]);
    expect(logs.of("totals not on disk in time", "warn")).toHaveLength(1);
  });

  it("buffers at most 256 KiB a direction for a peer that does not read", async () => {
    const { device, cloud } = await setUp();
    cloud.peer.stall();
    let most = 0;
    const turn = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, device.ours.readableLength + cloud.ours.writableLength);
    };
    device.peer.socket.write(Buffer.alloc(64 * 1024 * 1024));
    while (!device.ours.isPaused()) await turn();
    for (let i = 0; i < 200; i += 1) await turn();
    expect(device.ours.isPaused()).toBe(true);
    expect(device.peer.socket.writableLength).toBeGreaterThan(0);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(256 * 1024);
  });

  it("logs hex at trace", async () => {
    const { device, cloud, logs } = await setUp();
    await otherBytesPass(device.peer, cloud.peer);
    expect(logs.of("chunk")).toMatchObject([{ direction: "device-to-cloud", bytes: 4, hex: "70696e67" }]);
  });
});
