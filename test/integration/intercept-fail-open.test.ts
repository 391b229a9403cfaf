import { describe, expect, it } from "vitest";
import { families, InterceptedHome, ownDevices, vendorOf, ways } from "../support/network/intercepted-home.js";
import { addresses, type Family } from "../support/network/network.js";
import type { PlayedSession } from "../support/network/played-cloud.js";
import { ReconnectingDevice } from "../support/network/reconnecting-device.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { deviceStream } from "./simulated-device.js";

const devicesPerFamily = 4;
/** So many have passed when the process is killed. */
const sessionsOfLoad = 80;
/** Rules lapse within 30 s of the death of the process. */
const limitMs = 90_000;

describeWithNetworks("interception whose process is gone", () => {
  describe.concurrent.each(ways)("$mode by $backend", ({ mode, backend }) => {
    it(
      "lifts by itself after kill -9 under load, is back after a restart, and lifts at once after a clean stop",
      async () => {
        const home = await InterceptedHome.prepare({
          intercept: { mode, backend, devices: ownDevices },
          level: "info",
        });
        try {
          await lifeOf(home);
        } finally {
          await home.stop();
        }
      },
      limitMs,
    );
  });
});

async function lifeOf(home: InterceptedHome): Promise<void> {
  const before = await home.rules();
  await home.run();
  const devices = await startDevices(home);
  await home.cloud("solarman").session((_session, index) => index >= sessionsOfLoad);
  await seen(home, 0, addresses.outside);
  expect(direct(home, 0)).toEqual([]);

  const atDeath = home.cloud("solarman").sessions.length;
  expect(await home.program.end("SIGKILL")).toBe("SIGKILL");
  await seen(home, atDeath, addresses.device);

  const atRestart = home.cloud("solarman").sessions.length;
  await home.rerun();
  await seen(home, atRestart, addresses.outside);
  const intercepted = home.cloud("solarman").sessions.length;
  await seen(home, intercepted, addresses.outside);
  expect(direct(home, intercepted)).toEqual([]);

  expect(await home.program.end("SIGTERM")).toBe(0);
  expect(await home.rules()).toBe(before);
  const atEnd = home.cloud("solarman").sessions.length;
  await seen(home, atEnd, addresses.device);
  for (const device of devices) device.stop();
}

async function startDevices(home: InterceptedHome): Promise<readonly ReconnectingDevice[]> {
  const peer = await home.network.device.peer();
  const [report = Buffer.alloc(0)] = deviceStream("solarman");
  const { port } = vendorOf("solarman");
  const devices = families.flatMap((family) =>
    Array.from(
      { length: devicesPerFamily },
      () => new ReconnectingDevice(peer, { host: addresses.cloud[family], port }, report),
    ),
  );
  for (const device of devices) device.call();
  return devices;
}

/** The cloud has been called from these addresses, one a family, since its session number `from`. */
async function seen(home: InterceptedHome, from: number, callers: Readonly<Record<Family, string>>): Promise<void> {
  const cloud = home.cloud("solarman");
  for (const family of families) {
    await cloud.session((session, index) => index >= from && isFrom(session, callers[family]));
  }
}

function direct(home: InterceptedHome, from: number): readonly PlayedSession[] {
  const later = home.cloud("solarman").sessions.slice(from);
  return later.filter((session) => families.some((family) => isFrom(session, addresses.device[family])));
}

function isFrom({ socket }: PlayedSession, address: string): boolean {
  return socket.ends.remoteAddress === address;
}
