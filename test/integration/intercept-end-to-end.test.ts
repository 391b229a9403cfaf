import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isTranslated, trackedFlows } from "../support/network/conntrack.js";
import {
  families,
  InterceptedHome,
  ownDevices,
  playedProtocols,
  vendorOf,
  ways,
} from "../support/network/intercepted-home.js";
import { addresses } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";

const cases = families.flatMap((family) => playedProtocols.map((protocol) => ({ family, protocol })));

describe.each(ways)("$mode by $backend", ({ mode, backend }) => {
  describeWithNetworks("a device that heads for its cloud", () => {
    let home: InterceptedHome;

    beforeAll(async () => {
      home = await InterceptedHome.start({ intercept: { mode, backend, devices: ownDevices } });
    });

    afterAll(() => home.stop());

    it.each(cases)(
      "$protocol over IPv$family: the cloud gets its very bytes, it sees its cloud, and MQTT has its values",
      async ({ family, protocol }) => {
        const { device, sockets } = home.device(protocol, family, family);
        const round = rounds[protocol];
        const { sessions } = home.cloud(protocol);
        const earlier = sessions.length;
        await round.play(device);
        expect(round.faults(device.session)).toEqual([]);
        const { sent, received } = device.session;
        const session = await home.cloud(protocol).session((one) => one.received.equals(Buffer.concat(sent)));
        expect(sha256(session.received)).toBe(sha256(Buffer.concat(sent)));
        expect(sha256(Buffer.concat(received))).toBe(sha256(session.sent));
        const { port } = vendorOf(protocol);
        expect(sockets[0]?.ends).toMatchObject({ remoteAddress: addresses.cloud[family], remotePort: port });
        expect(session.socket.ends.remoteAddress).toBe(addresses.outside[family]);
        await home.observer.waitForState(round.id(family), round.shown(device));
        const flows = await trackedFlows(home.network.gateway, family);
        const own = flows.filter(({ sourcePort }) => sourcePort === sockets[0]?.ends.localPort);
        if (mode === "redirect") expect(own.map(isTranslated)).toEqual([true]);
        else expect(own.filter(isTranslated)).toEqual([]);
        await round.hangUp(device);
        expect(sessions).toHaveLength(earlier + sockets.length);
      },
    );

    it.each(families)("over IPv%i a machine that is not configured goes straight to the cloud", async (family) => {
      const neighbour = await home.network.neighbour.peer();
      const socket = await neighbour.connect(addresses.cloud[family], vendorOf("solarman").port);
      const { ends } = socket;
      const session = await home.cloud("solarman").session((one) => one.socket.ends.remotePort === ends.localPort);
      expect(session.socket.ends.remoteAddress).toBe(addresses.neighbour[family]);
      socket.destroy();
    });

    it.each(families)("over IPv%i other traffic of the device passes, both ways", async (family) => {
      const [device, cloud] = await Promise.all([home.network.device.peer(), home.network.cloud.peer()]);
      for (const port of [53, 123]) {
        const [server, client] = await Promise.all([
          cloud.datagrams(port, addresses.cloud[family]),
          device.datagrams(port, addresses.device[family]),
        ]);
        client.send(Buffer.from(`question to ${port}`), addresses.cloud[family], port);
        const asked = await server.datagram();
        expect(asked).toEqual({ data: Buffer.from(`question to ${port}`), address: addresses.device[family], port });
        server.send(Buffer.from("answer"), asked.address, asked.port);
        expect(await client.datagram()).toEqual({
          data: Buffer.from("answer"),
          address: addresses.cloud[family],
          port,
        });
      }
      const web = await cloud.listen(8_080 + family);
      await device.connect(addresses.cloud[family], 8_080 + family);
      expect((await web.connection()).ends.remoteAddress).toBe(addresses.device[family]);
    });

    it.each(families)(
      "over IPv%i whoever calls the relay itself is turned away: no open proxy, no loop",
      async (family) => {
        const before = home.program.logs.length;
        const [device, neighbour] = await Promise.all([home.network.device.peer(), home.network.neighbour.peer()]);
        const turnedAway = await turnedAwayOf(home);
        const sessions = home.cloud("solarman").sessions.length;
        for (const machine of [device, neighbour]) {
          // It may be over before the machine knows that it began.
          const socket = await machine.dial(addresses.gateway[family], home.program.port("solarman")).over();
          expect(socket.failure).not.toBe("ECONNREFUSED");
          expect(socket.received).toHaveLength(0);
        }
        expect(await turnedAwayOf(home)).toBe(turnedAway + 2);
        expect(home.cloud("solarman").sessions).toHaveLength(sessions);
        expect(home.program.logs.slice(before).filter(({ msg }) => msg === "session accepted")).toEqual([]);
      },
    );
  });
});

describe.each(ways.filter(({ mode }) => mode === "tproxy"))("$mode by $backend with `source: device`", (way) => {
  describeWithNetworks("a device that heads for its cloud", () => {
    let home: InterceptedHome;

    beforeAll(async () => {
      home = await InterceptedHome.start({ intercept: { ...way, source: "device", devices: ownDevices } });
    });

    afterAll(() => home.stop());

    it.each(cases)(
      "$protocol over IPv$family: the cloud sees the device's own address",
      async ({ family, protocol }) => {
        const { device } = home.device(protocol, family, family);
        await rounds[protocol].play(device);
        expect(rounds[protocol].faults(device.session)).toEqual([]);
        const said = Buffer.concat(device.session.sent);
        const session = await home.cloud(protocol).session(({ received }) => received.equals(said));
        expect(session.socket.ends.remoteAddress).toBe(addresses.device[family]);
        await home.observer.waitForState(rounds[protocol].id(family), rounds[protocol].shown(device));
        await rounds[protocol].hangUp(device);
      },
    );
  });
});

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function turnedAwayOf(home: InterceptedHome): Promise<number> {
  const status: { readonly relays?: readonly { readonly name: string; readonly turnedAway: number }[] } = JSON.parse(
    JSON.stringify(await home.ask("status")),
  );
  return status.relays?.find(({ name }) => name === "solarman")?.turnedAway ?? -1;
}
