import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { rounds } from "./device-rounds.js";
import { waitForEvents } from "./events.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";
import { withClockAt } from "./shifted-clock.js";

const round = rounds.solarman;

describe("the time that a logger is told in its cloud's place", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: Broker;
  let observer: Observer;
  let program: Program;
  let device: PlayedDevice;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
  });

  afterEach(async () => {
    await round.hangUp(device);
    expect(await program.end()).toBe(0);
    await observer.stop();
    await broker.stop();
    folder.remove();
  });

  async function startAt(time: number, timezone: string, keys: Record<string, string> = {}): Promise<void> {
    const relays = [{ name: "roof", protocol: "solarman", cloud: "local", ...keys }];
    const options = { folder: folder.path, mqttUrl: broker.url, relays, extra: { timezone } };
    program = await withClockAt(time, () => Program.start(options));
    device = new PlayedDevice({ protocol: "solarman", port: program.port("roof"), index: 0 });
  }

  it.each([
    { season: "winter", month: 0, timezone: "Europe/Berlin", minutes: 60 },
    { season: "summer", month: 6, timezone: "Europe/Berlin", minutes: 120 },
    { season: "winter", month: 0, timezone: "America/St_Johns", minutes: -210 },
    { season: "summer", month: 6, timezone: "Asia/Kolkata", minutes: 330 },
  ])("$timezone in $season: $minutes minutes, in every answer", async ({ month, timezone, minutes }) => {
    const time = Date.UTC(2027, month, 15, 11);
    await startAt(time, timezone);
    await round.play(device);
    await round.play(device);
    const { received } = device.session;
    expect(received.map((answer) => answer.readInt16LE(17))).toEqual(received.map(() => minutes));
    for (const answer of received) expect(new Date(answer.readUInt32LE(13) * 1000).getUTCMonth()).toBe(month);
    expect(round.faults(device.session)).toEqual([]);
  });

  it("the zone that the cloud told last is repeated while it is away", async () => {
    const cloud = await FaultyCloud.start({ protocol: "solarman" });
    await startAt(Date.UTC(2027, 6, 15, 11), "Europe/Berlin", { cloud: "auto", upstream: cloud.upstream });
    await round.play(device);
    await round.hangUp(device);
    await cloud.stop();
    await round.play(device);
    expect(round.faults(device.session)).toEqual([]);
    // The simulated cloud lives in UTC.
    const { received } = device.session;
    expect(received.map((answer) => answer.readInt16LE(17))).toEqual(received.map(() => 0));
    expect((await observer.waitForState(round.id(0), round.shown(device))).cloud_mode).toBe("local");
  });

  it("a host whose clock was never set tells no logger the time", async () => {
    await startAt(Date.UTC(2019, 5, 1), "Europe/Berlin");
    const session = await device.call();
    const [event] = await waitForEvents(observer, round.id(0), "anomaly", 1);
    expect(event).toMatchObject({ kind: "clock_not_set" });
    expect(session.bytes).toBe(0);
  });
});
