import type { Player, PlayerAction } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import { encodeAcknowledgement } from "./cloud.js";
import { createSolarmanSplitter } from "./splitter.js";

/** The simulated inverter lives in UTC. */
const timezoneMinutes = 0;

/** Plays the vendor's cloud: acknowledges every frame that calls for it, each in a segment of its own. */
export function createCloudSimulator(): Player {
  let splitter = createSolarmanSplitter("device-to-cloud");
  return {
    connected() {
      splitter = createSolarmanSplitter("device-to-cloud");
      return [];
    },
    received: (chunk, now) =>
      splitter.push(chunk).flatMap((frame) => (frame.whole ? acknowledge(frame.bytes, now) : [])),
    woken: () => [],
    disconnected: () => [],
  };
}

function acknowledge(frame: Uint8Array, now: EpochMs): readonly PlayerAction[] {
  const bytes = encodeAcknowledgement(frame, now, timezoneMinutes);
  return bytes === undefined ? [] : [{ type: "send", bytes }];
}
