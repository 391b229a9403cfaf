import { afterAll, beforeAll, expect, it } from "vitest";
import {
  families,
  InterceptedHome,
  ownDevices,
  type PlayedProtocol,
  playedProtocols,
  vendorOf,
} from "../../support/network/intercepted-home.js";
import { addresses, type Family } from "../../support/network/network.js";
import { describeWithNetworks } from "../../support/network/requirements.js";
import { describeWithTshark, faultsOf } from "../../support/tshark.js";
import { rounds } from "../device-rounds.js";
import type { DeviceSession } from "../played-device.js";
import { capturesIn, legsOf, onlyFile, type RecordedLegShown, streamsOf } from "./recorded.js";

const cases = families.flatMap((family) => playedProtocols.map((protocol) => ({ family, protocol })));

describeWithTshark("a capture on a gateway that leads devices to Cloudtap", () => {
  describeWithNetworks("of devices that head for their clouds", () => {
    const played = new Map<string, { readonly session: DeviceSession; readonly caller: string }>();
    let home: InterceptedHome;
    let file: string;
    let legs: readonly RecordedLegShown[];

    beforeAll(async () => {
      home = await InterceptedHome.start({
        intercept: { mode: "redirect", backend: "nft", devices: ownDevices },
        extra: { capture: { mode: "always" } },
      });
      for (const { family, protocol } of cases) {
        const { device, sockets } = home.device(protocol, family, family);
        await rounds[protocol].play(device);
        const ends = sockets[0]?.ends;
        const caller = `${ends?.localAddress}:${ends?.localPort}`;
        played.set(nameOf(protocol, family), { session: device.session, caller });
        await rounds[protocol].hangUp(device);
        await home.program.waitForLogs("session closed", played.size);
      }
      expect(await home.program.end()).toBe(0);
      file = onlyFile(capturesIn(home.folder.path));
      legs = await legsOf(file);
    }, 120_000);

    afterAll(() => home.stop());

    it.each(cases)(
      "$protocol over IPv$family: the device leg leads to the cloud that the device meant",
      async ({ family, protocol }) => {
        const { session, caller } = played.get(nameOf(protocol, family)) ?? {};
        const device = legs.find(({ client, link }) => link === "device leg" && client === caller);
        const cloud = legs.find(({ note }) => note.leg === "cloud" && note.session === device?.note.session);
        if (device === undefined || cloud === undefined) throw new Error("expected two legs");
        const { port } = vendorOf(protocol);
        const shown = protocol === "envoy" ? 80 : port;
        expect(device.server).toBe(`${addresses.cloud[family]}:${shown}`);
        expect(device.note.port).toBe(protocol === "envoy" ? port : undefined);
        expect(cloud.client).toContain(addresses.outside[family]);
        expect(cloud.server).toBe(`${addresses.cloud[family]}:${shown}`);
        const { fromClient, fromServer } = await streamsOf(device);
        expect(fromClient.equals(Buffer.concat(session?.sent ?? []))).toBe(true);
        expect(fromServer.equals(Buffer.concat(session?.received ?? []))).toBe(true);
      },
    );

    it("opens in Wireshark without a word, on the ports of the vendors", async () => {
      expect(await faultsOf(file)).toEqual([]);
    });
  });
});

function nameOf(protocol: PlayedProtocol, family: Family): string {
  return `${protocol} ${family}`;
}
