import type { Values } from "../../../src/model/value.js";

/** Frame types by their byte. An answer has the type of its request with the top bit set. */
export const frameTypes = { report: 0x01, interval: 0x02, pulses: 0x03 } as const;

export const answerBit = 0x80;

interface Head {
  /** Echoed by the answer. */
  readonly sequence: number;
  readonly serial: number;
}

export type Message =
  | (Head & { readonly type: "report"; readonly values: Values; readonly implausible: readonly string[] })
  /** Cloud to device: seconds between reports. */
  | (Head & { readonly type: "interval"; readonly intervalS: number })
  /** Energy since the last such frame, in Wh: each must be counted exactly once. */
  | (Head & { readonly type: "pulses"; readonly energyWh: number })
  | (Head & { readonly type: "answer"; readonly to: number })
  | (Head & { readonly type: "unknown"; readonly frameType: number })
  | (Head & { readonly type: "short" });
