import type { Player } from "../../src/model/protocol.js";
import { encodeFrame } from "../../src/protocols/websentry/encoder.js";
import { cloudOf } from "./simulated-device.js";

/** A frame around a payload as it stands in docs/protocols/websentry.md, in hex. */
export function unitFrame(payload: string): Buffer {
  return Buffer.from(encodeFrame(Buffer.from(payload.replaceAll(" ", ""), "hex")));
}

/** Function code of a frame. */
export function codeOf(frame: Buffer): number {
  return frame[7] ?? -1;
}

export const setCode = 0x03;
export const queryCode = 0x02;

/**
 * The vendor's cloud with wishes of its own: after the first reply of a session they go out one by one, each when the one
 * before was answered, and then it goes on as ever. `orders` may change between sessions.
 */
export function demanding(orders: readonly Buffer[]): Player {
  const cloud = cloudOf("websentry");
  let open: Buffer[] | undefined;
  let firstReply: Uint8Array | undefined;
  return {
    ...{ woken: () => [], disconnected: () => [] },
    connected: (now) => cloud.connected(now),
    received(frame, now) {
      const isReply = codeOf(Buffer.from(frame)) === queryCode;
      if (open === undefined && isReply) {
        open = [...orders];
        firstReply = frame;
      }
      const order = open?.shift();
      if (order !== undefined) return [{ type: "send", bytes: order }];
      const reply = firstReply ?? frame;
      firstReply = undefined;
      return cloud.received(reply, now);
    },
  };
}
