import type { Player, PlayerAction, SimulatorOptions } from "../../../src/model/protocol.js";
import { decodeMessage } from "./decoder.js";
import { encodeAnswer, encodeReport } from "./encoder.js";
import { frameTypes } from "./messages.js";
import { createSplitter } from "./splitter.js";

const firstSerial = 1_000;

/** Reports at once and then at its interval, which the cloud may change. */
export function createDeviceSimulator(options: SimulatorOptions): Player {
  const serial = firstSerial + options.index;
  let splitter = createSplitter("cloud-to-device");
  let { intervalS } = options;
  let sequence = 0;
  const report = (): readonly PlayerAction[] => {
    sequence += 1;
    const bytes = encodeReport(serial, sequence, { powerW: 400, temperatureC: 31.5, energyTotalWh: 1_000 + sequence });
    return [{ type: "send", bytes }, wake(intervalS)];
  };
  return {
    connected() {
      splitter = createSplitter("cloud-to-device");
      return report();
    },
    received(chunk) {
      const actions: PlayerAction[] = [];
      for (const frame of splitter.push(chunk)) {
        const message = frame.whole ? decodeMessage(frame.bytes) : undefined;
        if (message?.type !== "interval") continue;
        intervalS = message.intervalS;
        actions.push(
          { type: "send", bytes: encodeAnswer(serial, message.sequence, frameTypes.interval) },
          wake(intervalS),
        );
      }
      return actions;
    },
    woken: () => report(),
    disconnected: () => [wake(intervalS), { type: "connect" }],
  };
}

/** Acknowledges every report. */
export function createCloudSimulator(): Player {
  const splitter = createSplitter("device-to-cloud");
  return {
    connected: () => [],
    received: (chunk) =>
      splitter.push(chunk).flatMap((frame): readonly PlayerAction[] => {
        const message = frame.whole ? decodeMessage(frame.bytes) : undefined;
        if (message?.type !== "report" && message?.type !== "pulses") return [];
        const { serial, sequence, type } = message;
        return [{ type: "send", bytes: encodeAnswer(serial, sequence, frameTypes[type]) }];
      }),
    woken: () => [],
    disconnected: () => [],
  };
}

function wake(intervalS: number): PlayerAction {
  return { type: "wake", afterMs: intervalS * 1000 };
}
