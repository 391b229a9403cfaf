import { afterEach, describe, expect, it } from "vitest";
import type { CloseReason, SessionId, SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import type { LegOpening, LegParty, LegTraffic, SessionTraffic } from "../../src/model/traffic.js";
import { secretsWatch } from "../../src/relay/leg-traffic.js";
import { ChaosServer } from "../support/chaos-socket.js";
import { type RelaySetup, type SetupOptions, setUpRelay } from "../support/relay-setup.js";

const nowhere = { localAddress: "", localPort: 0, remoteAddress: "", remotePort: 0 };

/** Everything that sessions tell, as lines: `device in 5`, `cloud fin cloudtap`. */
class Notes {
  readonly lines: string[] = [];
  readonly opened: { readonly session: SessionInfo; readonly leg: LegOpening }[] = [];
  readonly bytes: Record<string, Buffer> = {};
  closed: CloseReason | undefined;

  readonly observer = {
    opened: (session: SessionInfo): SessionTraffic => ({
      wantsSecrets: false,
      secret: () => undefined,
      legOpened: (leg) => this.#leg(session, leg),
      closed: (reason) => {
        this.closed = reason;
        this.lines.push("closed");
      },
    }),
  };

  #leg(session: SessionInfo, leg: LegOpening): LegTraffic {
    this.opened.push({ session, leg });
    const keep = (way: string, chunk: Uint8Array): void => {
      const name = `${leg.side} ${way}`;
      this.bytes[name] = Buffer.concat([this.bytes[name] ?? Buffer.alloc(0), chunk]);
    };
    const note = (what: string, by: LegParty): void => void this.lines.push(`${leg.side} ${what} ${by}`);
    return {
      received: (chunk) => keep("in", chunk),
      sent: (chunk) => keep("out", chunk),
      ended: (by) => note("fin", by),
      reset: (by) => note("rst", by),
    };
  }
}

describe("what is told of the legs of a session", () => {
  let setup: RelaySetup | undefined;
  const start = async (options: SetupOptions = {}): Promise<{ readonly notes: Notes; readonly setup: RelaySetup }> => {
    const notes = new Notes();
    setup = await setUpRelay({ ...options, ports: { ...options.ports, traffic: notes.observer } });
    return { notes, setup };
  };

  afterEach(async () => {
    await setup?.stop();
    setup = undefined;
  });

  it("names both ends of each", async () => {
    const { notes, setup } = await start();
    const device = await setup.device();
    await device.send(Buffer.from("hello"));
    await (await setup.cloud.connection(0)).waitFor(5);
    const [deviceLeg, cloudLeg] = notes.opened;
    expect(deviceLeg).toMatchObject({
      leg: {
        side: "device",
        security: "plain",
        addresses: { localPort: setup.relay.port(), remotePort: device.socket.localPort },
      },
    });
    expect(cloudLeg).toMatchObject({
      leg: {
        side: "cloud",
        security: "plain",
        addresses: { remoteAddress: "127.0.0.1", remotePort: setup.cloud.port },
      },
    });
  });

  it("holds every byte of each, in and out, and who closed first", async () => {
    const { notes, setup } = await start();
    const device = await setup.device();
    await device.send(Buffer.from("from the device"));
    const cloud = await setup.cloud.connection(0);
    await cloud.waitFor(15);
    await cloud.send(Buffer.from("from the cloud"));
    await device.waitFor(14);
    device.halfClose();
    await cloud.ending;
    cloud.halfClose();
    await setup.message("session-closed");
    const text = Object.fromEntries(Object.entries(notes.bytes).map(([way, bytes]) => [way, bytes.toString()]));
    expect(text).toEqual({
      ...{ "device in": "from the device", "cloud out": "from the device" },
      ...{ "cloud in": "from the cloud", "device out": "from the cloud" },
    });
    expect(notes.lines.slice(0, 4)).toEqual([
      "device fin peer",
      "cloud fin cloudtap",
      "cloud fin peer",
      "device fin cloudtap",
    ]);
    expect(notes.lines.at(-1)).toBe("closed");
    expect(notes.closed).toMatchObject({ by: "device", how: "fin" });
  });

  it("tells a reset of one as a reset of the other", async () => {
    const { notes, setup } = await start();
    const device = await setup.device();
    await device.send(Buffer.from("x"));
    const cloud = await setup.cloud.connection(0);
    await cloud.waitFor(1);
    cloud.reset();
    await setup.message("session-closed");
    expect(notes.lines).toEqual(["cloud rst peer", "device rst cloudtap", "closed"]);
  });

  it("has no cloud leg where the cloud could not be reached", async () => {
    const gone = await ChaosServer.listen();
    const { notes, setup } = await start({ cloud: gone });
    gone.server.close();
    const device = await setup.device();
    await device.send(Buffer.from("anybody?"));
    await setup.message("session-closed");
    expect(notes.opened.map(({ leg }) => leg.side)).toEqual(["device"]);
    expect(notes.bytes["device in"]?.toString()).toBe("anybody?");
    expect(notes.lines).toEqual(["device rst cloudtap", "closed"]);
  });
});

describe("secrets of TLS", () => {
  it("are told to nobody who does not want them", () => {
    const watch = (): void => undefined;
    const deaf = new Notes().observer.opened({
      id: "x" as SessionId,
      relay: "r",
      protocol: "p",
      openedAt: 0 as EpochMs,
      device: nowhere,
    });
    expect(secretsWatch(watch, deaf)).toBe(watch);
    expect(secretsWatch(undefined, undefined)).toBeUndefined();
  });
});
