import { describe, expect, it } from "vitest";
import type { BusMessage, Deliver } from "../../src/model/ports.js";
import type { Conversation, Decoded, Protocol } from "../../src/model/protocol.js";
import { Reception } from "../../src/relay/reception.js";
import { SessionDevices } from "../../src/relay/session-devices.js";
import { createBus } from "../../src/runtime/bus.js";
import { encodePulses, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { conversationOptions } from "../support/conversation-options.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });
const fromDevice = (bytes: Uint8Array) => ({ direction: "device-to-cloud" as const, bytes, whole: true });

function setUp(deliver: Deliver = () => undefined, protocol: Protocol = blueprint) {
  const clock = new FakeClock();
  const logs = recordLog();
  const bus = createBus(logs.log);
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const { session } = conversationOptions();
  const counts = { reported: 0 };
  const reception = new Reception({
    ...{ protocol, session, log: logs.log, clock, bus, deliver, memory: { recall: () => undefined } },
    devices: new SessionDevices({ bus, clock, session, sighted: () => undefined }, "relay", "no policy"),
    ...{ offsetMinutes: () => 0, cloud: "relay", control: "off" },
    reported: () => {
      counts.reported += 1;
    },
  });
  return { reception, clock, logs, messages, counts };
}

function throwing(): Protocol {
  const receive: Conversation["receive"] = () => {
    throw new Error("broken decoder");
  };
  return { ...blueprint, createConversation: () => ({ receive }) };
}

describe("the reception of frames", () => {
  it("delivers what a frame tells, announces it, and where its device's cloud stands", () => {
    const delivered: Decoded[] = [];
    const { reception, clock, messages, counts } = setUp((_session, decoded) => {
      delivered.push(decoded);
      return undefined;
    });
    const decoded = reception.receive(fromDevice(report), clock.now());
    expect(decoded).toMatchObject({ role: "report", seen: ["blueprint_7"] });
    expect(delivered).toHaveLength(1);
    expect(messages.map(({ type }) => type)).toEqual(["frame", "cloud-mode"]);
    expect(counts.reported).toBe(1);
  });

  it("hands out what is being put on disk", async () => {
    const { reception, clock } = setUp((_session, { postings }) =>
      postings.length === 0 ? undefined : Promise.resolve(false),
    );
    expect(reception.receive(fromDevice(report), clock.now())?.storing).toBeUndefined();
    expect(await reception.receive(fromDevice(encodePulses(7, 2, 250)), clock.now())?.storing).toBe(false);
  });

  it("gives up after three faults and says so", () => {
    const { reception, clock, logs, messages } = setUp(undefined, throwing());
    for (let round = 0; round < 5; round += 1) reception.receive(fromDevice(report), clock.now());
    expect(reception.gaveUp).toBe(true);
    expect(logs.of("bytes relayed without being decoded", "warn")).toHaveLength(2);
    expect(messages.filter(({ type }) => type === "anomaly")).toHaveLength(3);
  });

  it("settles once after bytes have come", () => {
    let settled = 0;
    const conversation: Conversation = {
      ...blueprint.createConversation(conversationOptions()),
      quietMs: 2_000,
      settle: () => {
        settled += 1;
        return undefined;
      },
    };
    const { reception, clock } = setUp(undefined, { ...blueprint, createConversation: () => conversation });
    expect(reception.quietMs).toBeUndefined();
    reception.touch();
    expect(reception.quietMs).toBe(2_000);
    reception.settle(clock.now());
    reception.settle(clock.now());
    expect(settled).toBe(1);
  });
});
