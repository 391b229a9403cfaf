import type { EpochMs } from "./time.js";

/** Whose TLS is passed through unread: one device address and one place that it calls. */
export interface SpliceKey {
  readonly relay: string;
  readonly address: string;
  /** The server name that it asks for, else HOST:PORT where it was heading; empty where neither is known. */
  readonly target: string;
}

/** Why and since when. */
export interface SpliceRecord extends SpliceKey {
  readonly since: EpochMs;
  /** One short sentence: OpenSSL's words, or what the device did. */
  readonly reason: string;
}
