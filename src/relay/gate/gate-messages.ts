import type { Outline } from "../../model/protocol.js";
import type { Side } from "../leg.js";

/** A frame that a gate decides on. It may be kept for a while, so its bytes are its own. */
export interface GateFrame {
  readonly from: Side;
  readonly bytes: Uint8Array;
  /** False: could not be framed; it passes as it came. */
  readonly whole: boolean;
  readonly outline: Outline;
  /** Of a frame from the cloud: why it does not pass. */
  readonly blocked?: string;
}

export type GateEvent =
  /** `storing`: what it told is being put on disk; `stored` follows. `wanted`: as `injection-wanted`, once it is taken in. */
  | { readonly type: "frame"; readonly frame: GateFrame; readonly storing?: boolean; readonly wanted?: boolean }
  | { readonly type: "stored"; readonly frame: GateFrame; readonly ok: boolean }
  /** A cloud leg is up and takes frames. */
  | { readonly type: "cloud-joined" }
  /** No cloud leg came up, or the one that was there is of no use any more. */
  | { readonly type: "cloud-lost"; readonly reason: string }
  | { readonly type: "ended"; readonly side: Side }
  /** In answer to `answer`: the device was asked something in the cloud's place. */
  | { readonly type: "asked"; readonly asks: string }
  /** There is something that Cloudtap itself wants to ask or tell. */
  | { readonly type: "injection-wanted" }
  /** In answer to `inject`: its first or next frame is on its way, or there was nothing to say. */
  | { readonly type: "injected"; readonly asks: string }
  | { readonly type: "injection-over"; readonly wanted?: boolean }
  /** In answer to `refuse`: the device was given something in place of the frame. */
  | { readonly type: "replaced"; readonly frame: GateFrame }
  | { readonly type: "time" };

export type GateCommand =
  | { readonly type: "forward"; readonly to: Side; readonly frame: GateFrame }
  /** Say what the cloud would say to this frame of the device. */
  | { readonly type: "answer"; readonly frame: GateFrame; readonly stored: boolean }
  /** The cloud does not get to answer this frame; `stored` is expected once it is kept for it, or need not be. */
  | { readonly type: "keep"; readonly frame: GateFrame }
  | { readonly type: "refuse"; readonly frame: GateFrame }
  /** `unasked`: answers what nobody asked. `late`: the device has its answer already. `own`: answers Cloudtap itself. */
  | { readonly type: "drop"; readonly frame: GateFrame; readonly why: "unasked" | "late" | "own" | "away" }
  /** Nothing is open: say what there is to say, or `injection-over`. */
  | { readonly type: "inject" }
  /** The device answers the injection that is open. */
  | { readonly type: "injection-answered"; readonly frame: GateFrame }
  /** The device did not answer in time; what it may still say is kept from the cloud. */
  | { readonly type: "injection-expired" }
  | { readonly type: "away"; readonly reason: string }
  | { readonly type: "end"; readonly side: Side }
  /** The device is left in a state that no answer repairs. */
  | { readonly type: "give-up"; readonly reason: string };
