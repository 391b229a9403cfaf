import { afterEach, describe, expect, it } from "vitest";
import type { SessionTraffic, TrafficObserver } from "../../src/model/traffic.js";
import { type RelaySetup, setUpRelay } from "../support/relay-setup.js";

function fails(): never {
  throw new Error("a fault of the observer");
}

const faulty: Readonly<Record<string, TrafficObserver>> = {
  "a session that opens": { opened: fails },
  "a leg that opens": { opened: () => session({ legOpened: fails }) },
  "every byte, and every end": {
    opened: () => session({ legOpened: () => ({ received: fails, sent: fails, ended: fails, reset: fails }) }),
  },
};

function session(given: Pick<SessionTraffic, "legOpened">): SessionTraffic {
  return {
    get wantsSecrets(): boolean {
      return fails();
    },
    secret: fails,
    closed: fails,
    ...given,
  };
}

describe("an observer of traffic that fails", () => {
  let setup: RelaySetup | undefined;

  afterEach(() => setup?.stop());

  it.each(Object.entries(faulty))("at %s keeps no byte from its way, and is logged once", async (_where, traffic) => {
    setup = await setUpRelay({ ports: { traffic } });
    const device = await setup.device();
    await device.send(Buffer.from("hello"));
    const cloud = await setup.cloud.connection(0);
    expect((await cloud.waitFor(5)).toString()).toBe("hello");
    await cloud.send(Buffer.from("welcome"));
    expect((await device.waitFor(7)).toString()).toBe("welcome");
    device.halfClose();
    expect(await cloud.ending).toBe("fin");
    cloud.halfClose();
    await setup.message("session-closed");
    expect(setup.logs.of("internal fault").filter(({ level }) => level === 50)).toHaveLength(1);
  });
});
