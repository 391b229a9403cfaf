import { afterEach, describe, expect, it } from "vitest";
import type { BusMessage, Deliver } from "../../../src/model/ports.js";
import type { Conversation, Protocol } from "../../../src/model/protocol.js";
import type { RelayOptions } from "../../../src/relay/relay-options.js";
import { encodeAnswer, encodeInterval, encodePulses, encodeReport } from "../../support/blueprint/encoder.js";
import { blueprint } from "../../support/blueprint/index.js";
import { ChaosServer, type ChaosSocket, defer } from "../../support/chaos-socket.js";
import { type RelaySetup, type SetupOptions, setUpRelay } from "../../support/relay-setup.js";

const device = "blueprint_7";
const report = (sequence: number) => encodeReport(7, sequence, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });
const answer = (sequence: number) => encodeAnswer(7, sequence, 1);
const setups: RelaySetup[] = [];

async function setUp(options: Partial<RelayOptions>, setup: SetupOptions = {}): Promise<RelaySetup> {
  const made = await setUpRelay({ ...setup, options: { replyTimeoutMs: 200, ...options } });
  setups.push(made);
  return made;
}

afterEach(async () => {
  for (const setup of setups.splice(0)) await setup.stop();
});

function modes(messages: readonly BusMessage[]): readonly string[] {
  return messages.flatMap((message) => (message.type === "cloud-mode" ? [message.mode] : []));
}

/** A device whose first report has reached the cloud. */
async function reporting(setup: RelaySetup): Promise<{ readonly socket: ChaosSocket; readonly leg: ChaosSocket }> {
  const socket = await setup.device();
  await socket.send(report(1));
  const leg = await setup.cloud.connection(0);
  await leg.waitFor(report(1).length);
  return { socket, leg };
}

/** The device says something and gets exactly this back. */
async function exchange(socket: ChaosSocket, said: Buffer, expected: Buffer): Promise<void> {
  const before = socket.size;
  await socket.send(said);
  const all = await socket.waitFor(before + expected.length);
  expect(all.subarray(before).toString("hex")).toBe(expected.toString("hex"));
}

describe("a session with cloud: local", () => {
  it("is answered without a cloud, frame by frame, and never dials", async () => {
    const setup = await setUp({ cloud: "local" });
    const socket = await setup.device();
    await exchange(socket, report(1), answer(1));
    await exchange(socket, Buffer.concat([report(2), report(3)]), Buffer.concat([answer(2), answer(3)]));
    expect(setup.cloud.connections).toHaveLength(0);
    expect(modes(setup.messages)).toEqual(["local"]);
  });

  it("acknowledges only what is on disk", async () => {
    const onDisk = defer();
    const deliver: Deliver = (_session, { postings }) =>
      postings.length === 0 ? undefined : onDisk.promise.then(() => true);
    const setup = await setUp({ cloud: "local" }, { ports: { deliver } });
    const socket = await setup.device();
    await socket.send(encodePulses(7, 1, 250));
    await setup.message("frame");
    expect(socket.size).toBe(0);
    onDisk.resolve();
    await socket.waitFor(answer(1).length);
  });

  it("ends when the device ends", async () => {
    const setup = await setUp({ cloud: "local" });
    const socket = await setup.device();
    await exchange(socket, report(1), answer(1));
    socket.socket.end();
    expect(await socket.ending).toBe("fin");
    await setup.message("session-closed");
  });
});

describe("a session with cloud: auto", () => {
  it("passes everything while the cloud answers", async () => {
    const setup = await setUp({ cloud: "auto" });
    const { socket, leg } = await reporting(setup);
    await leg.send(answer(1));
    await socket.waitFor(answer(1).length);
    await leg.send(encodeInterval(7, 9, 30));
    await socket.waitFor(answer(1).length + encodeInterval(7, 9, 30).length);
    await socket.send(encodeAnswer(7, 9, 2));
    const all = await leg.waitFor(report(1).length + answer(1).length);
    expect(all.subarray(report(1).length).toString("hex")).toBe(encodeAnswer(7, 9, 2).toString("hex"));
    expect(modes(setup.messages)).toEqual(["relay"]);
  });

  it("answers at once when the cloud refuses, and the next session need not wait for it", async () => {
    const cloud = await ChaosServer.listen();
    const setup = await setUp({ cloud: "auto" }, { cloud });
    await cloud.close();
    const socket = await setup.device();
    await exchange(socket, report(1), answer(1));
    expect(modes(setup.messages)).toEqual(["relay", "local"]);
    const next = await setup.device();
    await exchange(next, report(2), answer(2));
    expect(modes(setup.messages)).toEqual(["relay", "local", "local"]);
    expect(setup.logs.of("cloud cannot be reached", "warn")).toHaveLength(1);
  });

  it("answers when the cloud stays silent, and lets no late answer through", async () => {
    const setup = await setUp({ cloud: "auto" });
    const { socket, leg } = await reporting(setup);
    expect((await socket.waitFor(answer(1).length)).toString("hex")).toBe(answer(1).toString("hex"));
    leg.socket.write(answer(1));
    await exchange(socket, report(2), answer(2));
    expect(socket.size).toBe(2 * answer(1).length);
    expect(modes(setup.messages)).toEqual(["relay", "local"]);
  });

  it("answers what is owed when the cloud resets, in the middle of its answer too", async () => {
    const setup = await setUp({ cloud: "auto" });
    const { socket, leg } = await reporting(setup);
    await leg.send(answer(1).subarray(0, 5));
    leg.socket.resetAndDestroy();
    expect((await socket.waitFor(answer(1).length)).toString("hex")).toBe(answer(1).toString("hex"));
    await exchange(socket, report(2), answer(2));
  });

  it("goes back to the cloud with a new session once it answers again", async () => {
    const setup = await setUp({ cloud: "auto", replyTimeoutMs: 50 });
    const first = await setup.device();
    await exchange(first, report(1), answer(1));
    first.socket.end();
    await setup.message("session-closed");
    for (let sequence = 2; setup.cloud.connections.length < 2; sequence += 1) {
      const socket = await setup.device();
      await exchange(socket, report(sequence), answer(sequence));
      socket.socket.destroy();
    }
    const answering = await setup.cloud.connection(1);
    await answering.waitFor(report(1).length);
  });

  it("joins a new cloud leg in the middle of a session, once the cloud answers the greeting", async () => {
    const setup = await setUp({ cloud: "auto", replyTimeoutMs: 50, protocol: greeting() });
    const socket = await setup.device();
    await exchange(socket, report(1), answer(1));
    const leg = await setup.cloud.connection(1);
    await leg.waitFor(report(99).length);
    await leg.send(answer(99));
    await setup.message("cloud-mode", ({ mode }) => mode === "local");
    let sequence = 2;
    // Until the greeting's answer has come the device is still answered here.
    while (leg.size === report(99).length) {
      await exchange(socket, report(sequence), answer(sequence)).catch(() => undefined);
      sequence += 1;
    }
    expect(leg.received().subarray(0, report(99).length).toString("hex")).toBe(report(99).toString("hex"));
  });

  it("keeps half a frame of garbage from the device's answers", async () => {
    const setup = await setUp({ cloud: "auto" });
    const socket = await setup.device();
    await socket.send(Buffer.concat([Buffer.from("garbage"), report(1)]));
    const leg = await setup.cloud.connection(0);
    const all = await leg.waitFor(7 + report(1).length);
    expect(all.toString("hex")).toBe(Buffer.concat([Buffer.from("garbage"), report(1)]).toString("hex"));
  });
});

describe("a session whose commands are blocked", () => {
  const commands = { preset: "block" as const, block: [], allow: [] };

  it("answers the cloud as the device would refuse, and tells", async () => {
    const blocked: string[] = [];
    const deliver: Deliver = (_session, decoded) => {
      if (decoded.blocked !== undefined) blocked.push(`${decoded.command?.text}: ${decoded.blocked}`);
      return undefined;
    };
    const setup = await setUp({ commands }, { ports: { deliver } });
    const { socket, leg } = await reporting(setup);
    await leg.send(Buffer.concat([encodeInterval(7, 9, 30), answer(1)]));
    expect((await socket.waitFor(answer(1).length)).toString("hex")).toBe(answer(1).toString("hex"));
    const all = await leg.waitFor(report(1).length + answer(1).length);
    expect(all.subarray(report(1).length).toString("hex")).toBe(encodeAnswer(7, 9, 2).toString("hex"));
    expect(blocked).toEqual(["report every 30 s: commands: block blocks setting"]);
  });

  it("lets the device see a cloud that refuses or resets", async () => {
    const setup = await setUp({ commands });
    const { socket, leg } = await reporting(setup);
    leg.socket.resetAndDestroy();
    expect(await socket.ending).toBe("reset");
  });

  it("passes half closes on in both directions", async () => {
    const setup = await setUp({ commands });
    const { socket, leg } = await reporting(setup);
    socket.socket.end();
    expect(await leg.ending).toBe("fin");
    await leg.send(answer(1));
    leg.socket.end();
    expect(await socket.ending).toBe("fin");
    expect(socket.received().toString("hex")).toBe(answer(1).toString("hex"));
    expect(await setup.message("session-closed")).toMatchObject({ reason: { by: "device", how: "fin" } });
  });

  it("blocks a setting that was written from here, where that is protected", async () => {
    const setup = await setUp(
      { control: true, protectLocal: true },
      { ports: { owns: (_, key) => key === "interval" } },
    );
    const { socket, leg } = await reporting(setup);
    await leg.send(Buffer.concat([encodeInterval(7, 9, 30), answer(1)]));
    expect((await socket.waitFor(answer(1).length)).toString("hex")).toBe(answer(1).toString("hex"));
  });
});

describe("a session that carries a write", () => {
  const request = { device, key: "interval", value: 15 } as never;

  async function connected(options: Partial<RelayOptions> = {}) {
    const setup = await setUp({ control: true, ...options });
    return { setup, ...(await reporting(setup)) };
  }

  it("waits for the cloud's answer, then keeps the device's own from the cloud", async () => {
    const { setup, socket, leg } = await connected();
    const result = setup.relay.write(request);
    await leg.send(answer(1));
    const all = await socket.waitFor(answer(1).length + encodeInterval(7, 200, 15).length);
    expect(all.subarray(answer(1).length).toString("hex")).toBe(encodeInterval(7, 200, 15).toString("hex"));
    await socket.send(encodeAnswer(7, 200, 2));
    expect(await result).toEqual({ status: "applied", value: 15 });
    await socket.send(report(2));
    const seen = await leg.waitFor(2 * report(1).length);
    expect(seen.subarray(report(1).length).toString("hex")).toBe(report(2).toString("hex"));
  });

  it("is unsent where the session ends before its turn, and has no session without a device", async () => {
    const { setup, socket, leg } = await connected();
    const odd = setup.relay.write({ device, key: "colour", value: 1 } as never);
    const unsent = setup.relay.write(request);
    expect(setup.relay.write({ device: "blueprint_8", key: "interval", value: 1 } as never)).toBeUndefined();
    socket.socket.destroy();
    await leg.ending;
    leg.socket.end();
    expect(await unsent).toBeUndefined();
    expect(await odd).toBeUndefined();
  });

  it("is rejected where it cannot be encoded", async () => {
    const { setup, leg } = await connected();
    const odd = setup.relay.write({ device, key: "colour", value: 1 } as never);
    await leg.send(answer(1));
    expect(await odd).toEqual({ status: "rejected", error: "colour cannot be written" });
  });

  it("is left alone where control is off", async () => {
    const { setup } = await connected({ control: false, cloud: "auto" });
    expect(setup.relay.write(request)).toBeUndefined();
  });
});

/** The blueprint, and a cloud leg in the middle of a session begins with report 99. */
function greeting(): Protocol {
  return {
    ...blueprint,
    createConversation(options): Conversation {
      const conversation = blueprint.createConversation(options);
      return Object.defineProperty(conversation, "greeting", { value: () => ({ frame: report(99), token: "a99" }) });
    },
  };
}
