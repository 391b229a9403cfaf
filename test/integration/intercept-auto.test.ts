import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dialTls,
  InterceptedHome,
  ownDevices,
  playedProtocols,
  vendorOf,
} from "../support/network/intercepted-home.js";
import { addresses } from "../support/network/network.js";
import type { Peer } from "../support/network/peer.js";
import { overTls } from "../support/network/played-cloud.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";
import { makeKeyPair } from "./key-pair.js";
import { PlayedDevice } from "./played-device.js";
import { cloudtapCommand, type LogLine } from "./program.js";

const modes = ["redirect", "tproxy"] as const;
const port = 10_000;
const ports = { echo: 7_777, banner: 2_525, stranger: 8_443, unfinished: 8_444 };
const envoy = vendorOf("envoy");

const oldTls = { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
const hellos: readonly { readonly title: string; readonly index: number; readonly tls?: ConnectionOptions }[] = [
  { title: "a TLS 1.0 client without server name", index: 1, tls: oldTls },
  { title: "a TLS 1.2 client", index: 2, tls: { maxVersion: "TLSv1.2", servername: envoy.host } },
  { title: "a TLS 1.3 client", index: 3, tls: { minVersion: "TLSv1.3", servername: envoy.host } },
];

describe.each(modes)("`protocol: auto` on one port, by %s", (mode) => {
  describeWithNetworks("all traffic of a device", () => {
    let home: InterceptedHome;
    let cloud: Peer;

    beforeAll(async () => {
      home = await InterceptedHome.start({
        intercept: { mode, backend: "nft", devices: ownDevices },
        relays: ({ vendorCertificate }) => [
          {
            ...{ name: "all", protocol: "auto", listen: port, upstream: "original", upstream_ca: vendorCertificate },
            intercept_ports: [...playedProtocols.map((protocol) => vendorOf(protocol).port), ...Object.values(ports)],
          },
        ],
      });
      cloud = await home.network.cloud.peer();
    });

    afterAll(() => home.stop());

    it.each(playedProtocols)("%s is known by what it says, arrives, and is read", async (protocol) => {
      const { device } = home.device(protocol, 4, 0);
      await rounds[protocol].play(device);
      expect(rounds[protocol].faults(device.session)).toEqual([]);
      const said = Buffer.concat(device.session.sent);
      await home.cloud(protocol).session(({ received }) => received.equals(said));
      await home.observer.waitForState(rounds[protocol].id(0), rounds[protocol].shown(device));
      await rounds[protocol].hangUp(device);
    });

    it.each(hellos)("$title is served, and its cloud gets its bytes", async ({ tls, index }) => {
      const dial = async () => dialTls(await home.connect(4, envoy.port), { ...tls, rejectUnauthorized: false });
      const device = new PlayedDevice({ protocol: "envoy", index, dial });
      await rounds.envoy.play(device);
      expect(rounds.envoy.faults(device.session)).toEqual([]);
      await home.observer.waitForState(rounds.envoy.id(index), rounds.envoy.shown(device));
      const said = Buffer.concat(device.session.sent);
      expect((await home.cloud("envoy").session(({ received }) => received.equals(said))).sent.length).toBeGreaterThan(
        0,
      );
    });

    it("what nobody knows arrives where it was heading", async () => {
      const server = await cloud.listen(ports.echo);
      const socket = await home.connect(4, ports.echo);
      socket.write("What is this?");
      const arrived = await server.connection();
      await arrived.waitFor(({ received }) => received.toString() === "What is this?");
      arrived.end("Nothing known.");
      await socket.waitFor(({ ending }) => ending === "fin");
      expect(socket.received.toString()).toBe("Nothing known.");
      socket.end();
      await arrived.over();
    });

    it("a server that speaks first is heard by a device that waits", async () => {
      const server = await cloud.listen(ports.banner);
      server.onConnection((socket) => socket.write("220 ready\r\n"));
      const socket = await home.connect(4, ports.banner);
      await socket.waitFor(({ received }) => received.toString() === "220 ready\r\n");
      socket.write("HELO\r\n");
      await (await server.connection()).waitFor(({ received }) => received.toString() === "HELO\r\n");
      socket.destroy();
    });

    it("TLS for an unknown name passes unread, with the certificate of whom it was meant for", async () => {
      const stranger = makeKeyPair(home.folder.path, "stranger", "stranger.example");
      const server = await cloud.listen(ports.stranger);
      server.onConnection((socket) => overTls(socket, stranger).end("private"));
      const verified = { servername: "stranger.example", ca: stranger.cert };
      const secured = await dialTls(await home.connect(4, ports.stranger), verified);
      expect(secured.authorized).toBe(true);
      expect(await firstText(secured)).toBe("private");
      secured.destroy();
    });

    it("a cloud that finishes without close_notify ends the device's session too", async () => {
      const { cloudSide, deviceSide, secured } = await unfinishedTls(home, cloud);
      cloudSide.end();
      await deviceSide.waitFor(({ ending }) => ending === "fin");
      secured.destroy();
      await cloudSide.over();
    });

    it("a device that finishes without close_notify ends the cloud's session too", async () => {
      const { cloudSide, deviceSide } = await unfinishedTls(home, cloud);
      deviceSide.end();
      await cloudSide.waitFor(({ ending }) => ending !== "open");
      cloudSide.destroy();
      await deviceSide.over();
    });

    it("peers that never finish hang no stop", async () => {
      await unfinishedTls(home, cloud);
      expect(await home.program.end()).toBe(0);
      await home.rerun();
    });

    it("a client that pins its vendor's certificate works from its third attempt on, also after a restart, until it is forgotten", async () => {
      const address = addresses.second[4];
      const pinned = { servername: envoy.host, ca: readFileSync(home.vendorCertificate) };
      const attempt = async () => dialTls(await home.connect(4, envoy.port, address), pinned);
      const refused = async (): Promise<void> => {
        const { logs } = home.program;
        const from = logs.length;
        await expect(attempt()).rejects.toThrow("self-signed certificate");
        // A device waits before it calls again.
        const isOver = (line: LogLine) => line.msg === "session closed" && line.address === address;
        await home.program.waitForLog((line) => isOver(line) && logs.indexOf(line) >= from);
      };
      await refused();
      await refused();
      await playPinned(attempt);
      const shown = await home.observer.waitForState(`envoy_at_${address.replaceAll(".", "_")}`);
      expect(shown.encryption).toBe("refused");
      expect(await home.program.end()).toBe(0);
      await home.rerun();
      await playPinned(attempt);
      const forgot = await home.network.gateway.run(
        ...flat(cloudtapCommand("forget", address, "--config", home.program.file)),
      );
      expect(forgot).toMatchObject({ code: 0 });
      await refused();
    });
  });
});

function flat([command, words]: readonly [string, readonly string[]]): [string, ...string[]] {
  return [command, ...words];
}

/** It reports to its vendor, whose certificate it has checked. */
async function playPinned(dial: () => ReturnType<typeof dialTls>): Promise<void> {
  const device = new PlayedDevice({ protocol: "envoy", index: 9, dial });
  await rounds.envoy.play(device);
  expect(rounds.envoy.faults(device.session)).toEqual([]);
}

/** A session over TLS that both legs of it are open of; neither side has said that it is done. */
async function unfinishedTls(home: InterceptedHome, cloud: Peer) {
  const unfinished = await cloud.listen(ports.unfinished);
  const vendor = { key: readFileSync(`${home.folder.path}/vendor.key`), cert: readFileSync(home.vendorCertificate) };
  unfinished.onConnection((socket) => {
    const secured = overTls(socket, vendor);
    secured.on("error", () => undefined);
    secured.once("data", () => secured.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  });
  const deviceSide = await home.connect(4, ports.unfinished);
  const secured = await dialTls(deviceSide, { servername: envoy.host, rejectUnauthorized: false });
  secured.on("error", () => undefined);
  secured.write("POST /emu_reports/performance_report HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  expect(await firstText(secured)).toContain("200 OK");
  const cloudSide = await unfinished.connection();
  unfinished.close();
  return { cloudSide, deviceSide, secured };
}

function firstText(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => stream.once("data", (chunk: Buffer) => resolve(chunk.toString())));
}
