import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithTshark, faultsOf, type Told, tell } from "../../support/tshark.js";
import { Broker, Observer } from "../broker.js";
import { cloudtapCommand, Program, temporaryFolder } from "../program.js";
import { deviceStream } from "../simulated-device.js";
import { connectBoth, type End, EndServer } from "./ends.js";
import { capturesIn, finishedFiles, legsOf, onlyFile, streamsOf } from "./recorded.js";

const [hello = Buffer.alloc(0), ...reports] = deviceStream("solarman", { index: 0 }, 4);
const [otherHello = Buffer.alloc(0)] = deviceStream("solarman", { index: 1 }, 1);
const device = `solarman_${hello.readUInt32LE(7)}`;

describeWithTshark("a capture on demand", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let captures: string;
  let broker: Broker;
  let observer: Observer;
  let server: EndServer;
  let program: Program;
  let sessions = 0;

  beforeEach(async () => {
    folder = temporaryFolder();
    captures = capturesIn(folder.path);
    sessions = 0;
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    server = await EndServer.start();
    program = await Program.start({
      folder: folder.path,
      mqttUrl: broker.url,
      relays: [
        { name: "roof", protocol: "solarman", tls: "plain", upstream: `127.0.0.1:${server.port}` },
        { name: "barn", protocol: "solarman", tls: "plain", upstream: `127.0.0.1:${server.port}` },
      ],
    });
    await observer.waitFor("cloudtap/bridge/state", (payload) => payload === "online");
  });

  afterEach(async () => {
    await program.end("SIGKILL");
    await observer.stop();
    await broker.stop();
    await server.stop();
    folder.remove();
  });

  function cloudtap(...words: readonly string[]): Promise<Told> {
    const [command, args] = cloudtapCommand(...words, "--config", program.file);
    return tell(command, args);
  }

  async function decode(file: string): Promise<string> {
    const [command, args] = cloudtapCommand("decode", "--json", file);
    return (await tell(command, args)).stdout;
  }

  /** A session that is open, and has said something. */
  async function call(relay: string, word: Buffer) {
    const pair = await connectBoth(program.port(relay), server);
    await say(pair, word);
    return pair;
  }

  async function say(pair: { readonly device: End; readonly cloud: End }, word: Buffer): Promise<void> {
    await pair.device.say(word);
    await pair.cloud.hears(pair.device.said.length);
  }

  async function close(pair: { readonly device: End; readonly cloud: End }): Promise<void> {
    pair.device.finish();
    pair.cloud.finish();
    sessions += 1;
    await program.waitForLogs("session closed", sessions);
  }

  /** Resolves once nothing is captured, and every file has its name. */
  async function allWritten(): Promise<void> {
    await program.waitForLogs("capture ends");
    for (;;) {
      const { running, files }: { readonly running: unknown[]; readonly files: { readonly isOpen: boolean }[] } =
        JSON.parse((await cloudtap("capture", "list", "--json")).stdout);
      if (running.length === 0 && files.every(({ isOpen }) => !isOpen)) return;
    }
  }

  it("from the command line: the sessions of a relay that there are, and those that begin meanwhile", async () => {
    const [before, ...rest] = reports;
    const open = await call("roof", hello);
    await say(open, before ?? hello);
    const started = await cloudtap("capture", "start", "roof", "--seconds", "60");
    expect(started).toMatchObject({ code: 0 });
    for (const word of rest) await say(open, word);
    await close(open);
    const whole = await call("roof", hello);
    await close(whole);
    await close(await call("barn", otherHello));
    expect(JSON.parse((await cloudtap("capture", "list", "--json")).stdout)).toMatchObject({
      running: [{ target: { type: "relay", relay: "roof" } }],
    });
    expect(await cloudtap("capture", "stop", "roof")).toMatchObject({ code: 0 });
    await allWritten();
    const file = onlyFile(captures);
    expect(await faultsOf(file)).toEqual([]);
    const legs = await legsOf(file);
    expect(legs.map(({ note }) => [note.relay, note.leg])).toEqual([
      ...[["roof", "device"] as const, ["roof", "cloud"] as const],
      ...[["roof", "device"] as const, ["roof", "cloud"] as const],
    ]);
    const [midway, , first] = legs;
    if (midway === undefined || first === undefined) throw new Error("expected two sessions");
    expect((await streamsOf(midway)).fromClient).toEqual(Buffer.concat(rest));
    expect(first.packets[0]?.flags).toBe("S");
    expect((await streamsOf(first)).fromClient).toEqual(hello);
    expect(await decode(file)).toContain(device);
  }, 60_000);

  it("over MQTT: a device, and no other", async () => {
    const first = await call("roof", hello);
    await observer.waitForState(device);
    await observer.publish(`cloudtap/${device}/set/capture`, "ON");
    const answer = await observer.waitFor(`cloudtap/${device}/response`);
    expect(JSON.parse(answer)).toMatchObject({ key: "capture", status: "applied" });
    await close(first);
    await close(await call("roof", otherHello));
    await close(await call("barn", hello));
    await observer.waitForState("cloudtap_bridge", ({ captures_running }) => captures_running === 1);
    await observer.publish(`cloudtap/${device}/set/capture`, "OFF");
    await allWritten();
    const legs = (await Promise.all(finishedFiles(captures).map(legsOf))).flat();
    expect(legs.length).toBeGreaterThan(2);
    expect(new Set(legs.map(({ note }) => note.device))).toEqual(new Set([device]));
    // The session that tells only in its first frame whose it is has its handshake all the same.
    const second = legs.findLast(({ note }) => note.relay === "barn" && note.leg === "device");
    expect(second?.packets[0]?.flags).toBe("S");
  }, 60_000);

  it("over MQTT: a relay, shown as a switch of Cloudtap itself", async () => {
    await observer.publish("cloudtap/bridge/set/capture", JSON.stringify({ relay: "roof", seconds: 60 }));
    await observer.waitForState(
      "cloudtap_bridge",
      ({ capture_roof }) => capture_roof === true || capture_roof === "ON",
    );
    await close(await call("roof", hello));
    await observer.publish("cloudtap/cloudtap_bridge/set/capture_roof", "OFF");
    await allWritten();
    expect((await legsOf(onlyFile(captures))).map(({ note }) => note.relay)).toEqual(["roof", "roof"]);
  }, 60_000);

  it("`tap` shows it in Wireshark while it passes, and writes no file", async () => {
    const [command, args] = cloudtapCommand("tap", "roof", "--config", program.file);
    const show = 'exec "$@" | tshark -l -i - -c 8 -T fields -e frame.interface_name -e tcp.flags.str -e tcp.payload';
    const pipeline = spawn("sh", ["-c", show, "sh", command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let shown = "";
    pipeline.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
    });
    let isOver = false;
    pipeline.once("close", () => {
      isOver = true;
    });
    await program.waitForLogs("capture begins");
    // That nobody reads any more is known when something more is to be written.
    while (!isOver) await close(await call("roof", hello));
    for (const link of ["device leg", "cloud leg"]) {
      expect(shown.split("\n")).toContain(`${link}\t·······AP···\t${hello.toString("hex")}`);
    }
    await allWritten();
    expect(finishedFiles(folder.path)).toEqual([]);
  }, 60_000);

  it("`export` copies a capture anonymized, with a warning, and as it is where that is asked for", async () => {
    await cloudtap("capture", "start", "all");
    await close(await call("roof", hello));
    await cloudtap("capture", "stop");
    await allWritten();
    const original = onlyFile(captures);
    const [copy, raw] = [join(folder.path, "copy.pcapng"), join(folder.path, "raw.pcapng")];
    const exported = await cloudtap("capture", "export", "newest", copy);
    expect(exported).toMatchObject({ code: 0 });
    expect(`${exported.stdout}${exported.stderr}`).toMatch(/secret|share/);
    expect(await cloudtap("capture", "export", "newest", raw, "--raw")).toMatchObject({ code: 0 });
    const serial = device.replace("solarman_", "");
    expect(await decode(copy)).toContain("solarman_");
    expect(await decode(copy)).not.toContain(serial);
    expect(await decode(raw)).toContain(serial);
    expect(await faultsOf(copy)).toEqual([]);
    expect(statSync(raw).size).toBe(statSync(original).size);
    expect([copy, raw].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  }, 60_000);
});
