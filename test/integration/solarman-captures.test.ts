import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { capturePath, describeWithCaptures, readCaptureJson } from "../support/captures.js";
import { Broker, Observer } from "./broker.js";
import { connectDevice, fragmentations, sendPieces } from "./delivery.js";
import { type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";

interface Capture {
  readonly name: string;
  readonly direction: "device_to_cloud" | "cloud_to_device";
  readonly hex: string;
  readonly expected: { readonly values?: Readonly<Record<string, unknown>> };
}

describeWithCaptures("recorded Solarman traffic through the whole program", () => {
  const folder = temporaryFolder();
  const names = readdirSync(capturePath("solarman")).filter((name) => name.endsWith(".json"));
  let broker: Broker;
  let observer: Observer;
  let cloud: FakeCloud;
  let program: Program;
  let sessions = 0;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await startFakeCloud();
    const relay = { name: "deye", protocol: "solarman", upstream: `127.0.0.1:${cloud.port}` };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  it.each(names)(
    "D05: %s reaches the other side unchanged, in any fragmentation and twice in one segment",
    async (name) => {
      const capture = readCaptureJson<Capture>(`solarman/${name}`);
      const bytes = Buffer.from(capture.hex, "hex");
      const twice = { name: "twice in one segment", cut: (one: Buffer) => [Buffer.concat([one, one])] };
      for (const { cut } of [...fragmentations, twice]) {
        const parts = cut(bytes);
        const whole = Buffer.concat(parts);
        const device = await connectDevice(program.port("deye"));
        // A device speaks first; a heartbeat opens the session where the capture is the cloud's.
        const hello = Buffer.from("a501001047f585579af6a5005e15", "hex");
        if (capture.direction === "cloud_to_device") device.send(hello);
        else await sendPieces(device, parts);
        const connection = await cloud.connection(sessions);
        sessions += 1;
        if (capture.direction === "cloud_to_device") {
          await connection.waitFor(hello.length);
          for (const part of parts) connection.socket.write(part);
          expect((await device.waitFor(whole.length)).equals(whole)).toBe(true);
        } else {
          expect((await connection.waitFor(whole.length)).equals(whole)).toBe(true);
        }
        device.socket.destroy();
      }
    },
  );

  it("D19 D20: the live record's values stand in the state topic", async () => {
    const { expected } = readCaptureJson<Capture>("solarman/deye-micro-data-live.json");
    const state = await observer.waitForState("solarman_3939932716", (values) => values.power !== undefined);
    const wanted = Object.entries(expected.values ?? {}).filter(([key]) => key in state);
    expect(wanted.length).toBeGreaterThan(25);
    expect(Object.fromEntries(wanted.map(([key]) => [key, state[key]]))).toEqual(Object.fromEntries(wanted));
    expect(state.last_seen).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it("the stored record is an event and leaves the state alone", async () => {
    const topic = "cloudtap/solarman_3939932716/event";
    const event = await observer.waitForMessage(
      (message) => message.topic === topic && message.payload.includes("historic_reading"),
    );
    const payload: Record<string, unknown> = JSON.parse(event.payload);
    expect(payload).toMatchObject({ event_type: "historic_reading" });
    expect(event.payload).toContain("185");
    const state: Record<string, unknown> = JSON.parse(
      observer.newest.get("cloudtap/solarman_3939932716/state") ?? "{}",
    );
    const { expected } = readCaptureJson<Capture>("solarman/deye-micro-data-live.json");
    expect(state.power).toBe(expected.values?.power);
  });
});
