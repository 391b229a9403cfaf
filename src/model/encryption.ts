import type { EpochMs } from "./time.js";

/** `refused`: the device does not take Cloudtap's certificate. `unread`: TLS of such devices is not opened at all. */
export type Readability = "readable" | "refused" | "unread";

/** Whether a device's traffic can be read, of one whose traffic once could not. */
export interface Encryption {
  readonly state: Readability;
  /** Of `state`. */
  readonly since: EpochMs;
  /** Where it last called unread, as in `SpliceKey`. */
  readonly relay: string;
  readonly address: string;
  readonly target: string;
  /** Why it cannot be read, or could not, in one short sentence. */
  readonly reason: string;
  /** Its firmware when it was last read. */
  readonly firmware?: string;
  /** `since` of the newest splice record that was told; stays when it is readable again. */
  readonly record?: EpochMs;
  /** True: the next connection is opened again. */
  readonly retried?: boolean;
}

/** Key of the button that has a device read again; obeyed without `control`, since nothing is written to the device. */
export const readAgainKey = "read_again";
