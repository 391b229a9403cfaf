import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithCaptures, readCapture, readCaptureJson } from "../support/captures.js";
import { Broker, Observer } from "./broker.js";
import { connectDevice, type DeviceSocket, fragmentations, sendPieces, wrapDevice } from "./delivery.js";
import { checkDiscovery, withoutRules } from "./discovery-rules.js";
import { type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";

interface Sidecar {
  readonly expected: { readonly array: { readonly energy_wh: number }; readonly counts: { readonly devices: number } };
}

/** Two Envoys, the twenty inverters of 2012 and the thirty of 2015. */
const announcedDevices = 52;

describeWithCaptures("recorded Envoy reports through the whole program", () => {
  const folder = temporaryFolder();
  let broker: Broker;
  let observer: Observer;
  let cloud: FakeCloud;
  let secureCloud: FakeCloud;
  let program: Program;
  let sessions = 0;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    const key = join(folder.path, "cloud.key");
    const cert = join(folder.path, "cloud.crt");
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
      {
        stdio: "ignore",
      },
    );
    const pair = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    cloud = await startFakeCloud();
    secureCloud = await startFakeCloud(pair);
    const envoy = { protocol: "envoy" };
    program = await Program.start({
      folder: folder.path,
      mqttUrl: broker.url,
      relays: [
        { ...envoy, name: "roof", upstream: `127.0.0.1:${cloud.port}` },
        { ...envoy, name: "verified", upstream: `localhost:${secureCloud.port}`, upstream_ca: cert },
        { ...envoy, name: "refused", upstream: `localhost:${secureCloud.port}` },
        { ...envoy, name: "insecure", upstream: `localhost:${secureCloud.port}`, upstream_tls: "insecure" },
      ],
    });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await secureCloud.stop();
    await broker.stop();
    folder.remove();
  });

  async function post(request: Buffer, response: Buffer, cut: (bytes: Buffer) => readonly Buffer[]): Promise<void> {
    const device = await connectDevice(program.port("roof"));
    await sendPieces(device, cut(request));
    const connection = await cloud.connection(sessions);
    sessions += 1;
    expect((await connection.waitFor(request.length)).equals(request)).toBe(true);
    for (const part of cut(response)) connection.socket.write(part);
    connection.socket.end();
    await device.ended;
    expect(device.received().equals(response)).toBe(true);
    device.socket.end();
  }

  const startup = ["envoy-2012-startup.request.form.http", "envoy-2012-startup.request.rawxml.http"];
  it.each(startup)("E01: %s and the vendor's answer pass byte for byte", async (name) => {
    const response = readCapture("envoy/envoy-2012-startup.response.http");
    for (const { cut } of fragmentations) await post(readCapture(`envoy/${name}`), response, cut);
  });

  it("E25: twenty inverters of the start-up report are announced behind their Envoy, without a power", async () => {
    const { expected } = readCaptureJson<Sidecar>("envoy/envoy-2012-startup.json");
    await observer.waitForState("envoy_123456115374", (state) => state.last_report === "2012-02-13T11:56:42.000Z");
    const inverters = () => [...observer.newest.keys()].filter((topic) => /device\/envoy_pcu_123456/.test(topic));
    await observer.waitForMessage(() => inverters().length === expected.counts.devices);
    const document: Record<string, Record<string, unknown>> = JSON.parse(
      observer.newest.get(inverters()[0] ?? "") ?? "{}",
    );
    expect(document.device?.via_device).toBe("envoy_123456115374");
    const state: Record<string, unknown> = JSON.parse(observer.newest.get("cloudtap/envoy_123456115374/state") ?? "{}");
    expect(state.power ?? null).toBeNull();
  });

  it("E30: the backlog of 2015 counts once, however often and in whatever pieces it comes", async () => {
    const { expected } = readCaptureJson<Sidecar>("envoy/envoy-2015-backfill-part1.json");
    const request = readCapture("envoy/envoy-2015-backfill-part1.request.form.http");
    const response = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    for (const { cut } of fragmentations) await post(request, response, cut);
    const state = await observer.waitForState("envoy_121319013553", (values) => values.energy_total !== null);
    expect(state.energy_total).toBeCloseTo(expected.array.energy_wh, 0);
    expect(state.power ?? null).toBeNull();
    expect(state.catching_up).toBe(true);
  });

  it.skipIf(withoutRules)("announces every device as Home Assistant wants it, and never the home's place", async () => {
    const announced = () =>
      [...observer.newest.keys()].filter((topic) => topic.startsWith("homeassistant/device/envoy_"));
    await observer.waitForMessage(() => announced().length >= announcedDevices);
    const checked = checkDiscovery(observer);
    expect(checked.filter((document) => document.faults.length > 0)).toEqual([]);
    expect(observer.messages.filter((message) => /latitude|longitude/i.test(message.payload))).toEqual([]);
    expect(program.logs.filter((line) => /latitude|longitude/i.test(JSON.stringify(line)))).toEqual([]);
  });

  async function secured(relay: string): Promise<DeviceSocket> {
    const socket = connectTls({ port: program.port(relay), host: "127.0.0.1", rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    return wrapDevice(socket);
  }

  it.each(["verified", "insecure"])("E16 E18: TLS is terminated and spoken again to the vendor (%s)", async (relay) => {
    const request = readCapture("envoy/envoy-2012-startup.request.form.http");
    const index = secureCloud.connections.length;
    const device = await secured(relay);
    device.send(request);
    const connection = await secureCloud.connection(index);
    expect((await connection.waitFor(request.length)).equals(request)).toBe(true);
    connection.socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    await device.ended;
    expect(device.received().toString()).toContain("200 OK");
    device.socket.destroy();
  });

  it("E18: a certificate that nobody vouches for is refused, and the device sees a broken connection", async () => {
    const device = await secured("refused");
    await device.ended;
    expect(device.received().length).toBe(0);
    const line = await program.waitForLog((entry) => entry.code === "UPSTREAM_TLS");
    expect(line.level).toBe(40);
  });

  it("E17: made its own certificate, readable by its user alone", () => {
    const key = join(folder.path, "data", "tls", "device.key");
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });
});
