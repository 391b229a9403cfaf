import type { Player, PlayerAction } from "../../model/protocol.js";
import { WireError } from "../../wire/wire-error.js";
import { answerRequest } from "./cloud.js";
import { createEnvoySplitter } from "./splitter.js";

/** Plays the vendor's cloud: acknowledges the events of each report and closes, as the vendor does. */
export function createCloudSimulator(): Player {
  let splitter = createEnvoySplitter("device-to-cloud");
  return {
    connected() {
      splitter = createEnvoySplitter("device-to-cloud");
      return [];
    },
    received: (chunk) => splitter.push(chunk).flatMap((frame) => (frame.whole ? answer(frame.bytes) : [])),
    woken: () => [],
    disconnected: () => [],
  };
}

function answer(request: Uint8Array): readonly PlayerAction[] {
  try {
    return [{ type: "send", bytes: answerRequest(request) }, { type: "end" }];
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return [{ type: "log", text: error.message }, { type: "end" }];
  }
}
