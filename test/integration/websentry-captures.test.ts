import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { capturePath, describeWithCaptures, readCapture, readCaptureJson } from "../support/captures.js";
import { Broker, Observer } from "./broker.js";
import { connectDevice, fragmentations, sendPieces } from "./delivery.js";
import { type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";

interface Turn {
  readonly from: "device" | "cloud";
  readonly hex: string;
}

interface Capture {
  readonly name: string;
  readonly frames?: readonly Turn[];
  readonly sessions?: readonly { readonly frames: readonly Turn[] }[];
  readonly expected: {
    readonly device?: { readonly mac: string };
    readonly values?: Readonly<Record<string, unknown>>;
  };
}

describeWithCaptures("recorded WebSentry traffic through the whole program", () => {
  const folder = temporaryFolder();
  const captures = readdirSync(capturePath("websentry"))
    .filter((name) => name.endsWith(".json"))
    .map((name) => readCaptureJson<Capture>(`websentry/${name}`))
    .filter((capture) => capture.frames !== undefined || capture.sessions !== undefined);
  let broker: Broker;
  let observer: Observer;
  let cloud: FakeCloud;
  let program: Program;
  let sessions = 0;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await startFakeCloud();
    const relay = { name: "pool", protocol: "websentry", tls: "plain", upstream: `127.0.0.1:${cloud.port}` };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  /** Plays one session: each side waits until the other's bytes have arrived; the cloud closes, as it does. */
  async function play(turns: readonly Turn[], cut: (bytes: Buffer) => readonly Buffer[]): Promise<void> {
    const device = await connectDevice(program.port("pool"));
    const said = { device: 0, cloud: 0 };
    const all = { device: [] as Buffer[], cloud: [] as Buffer[] };
    const connection = await cloud.connection(sessions);
    sessions += 1;
    for (const turn of turns) {
      const bytes = Buffer.from(turn.hex, "hex");
      all[turn.from].push(bytes);
      said[turn.from] += bytes.length;
      if (turn.from === "device") {
        await sendPieces(device, cut(bytes));
        await connection.waitFor(said.device);
      } else {
        for (const part of cut(bytes)) connection.socket.write(part);
        await device.waitFor(said.cloud);
      }
    }
    connection.socket.end();
    await device.ended;
    device.socket.end();
    expect(connection.received().equals(Buffer.concat(all.device))).toBe(true);
    expect(device.received().equals(Buffer.concat(all.cloud))).toBe(true);
  }

  it.each(captures.map((capture) => [capture.name, capture] as const))(
    "W07: %s passes unchanged in any fragmentation, half close included",
    async (_name, capture) => {
      const list = capture.sessions?.map((session) => session.frames) ?? [capture.frames ?? []];
      for (const { cut } of fragmentations) {
        for (const turns of list) await play(turns, cut);
      }
    },
  );

  it("plays the sessions that the earlier exporter recorded", async () => {
    const text = readCapture("websentry/exporter-rawlog.jsonstream").toString("utf8");
    const recorded = text.split(/\n(?=\{)/).filter((one) => one.trim() !== "");
    expect(recorded.length).toBeGreaterThan(0);
    for (const one of recorded) {
      const session: { readonly Frames: readonly { readonly C?: string; readonly S?: string }[] } = JSON.parse(one);
      const turns = session.Frames.map(
        ({ C, S }): Turn => ({
          from: C === undefined ? "cloud" : "device",
          hex: Buffer.from(C ?? S ?? "", "base64").toString("hex"),
        }),
      );
      await play(turns, (bytes) => [bytes]);
    }
  });

  const withValues = captures.filter((capture) => Object.keys(capture.expected.values ?? {}).length > 0);
  it.each(withValues.map((capture) => capture.name))("%s ends in the state topic with its values", async (name) => {
    const capture = readCaptureJson<Capture>(`websentry/${name}.json`);
    const list = capture.sessions?.map((session) => session.frames) ?? [capture.frames ?? []];
    for (const turns of list) await play(turns, (bytes) => [bytes]);
    const id = `websentry_${(capture.expected.device?.mac ?? "00:90:c2:aa:bb:01").replaceAll(":", "")}`;
    const wanted = Object.entries(capture.expected.values ?? {});
    const agrees = (state: Record<string, unknown>): boolean =>
      wanted.every(([key, value]) => !(key in state) || state[key] === value);
    const state = await observer.waitForState(id, agrees);
    expect(wanted.filter(([key]) => key in state).length).toBeGreaterThan(Math.min(10, wanted.length - 1));
  });
});
