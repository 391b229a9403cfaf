import type { Archive, Frame } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import type { SessionLog } from "../../wire/session-log.js";
import type { ExchangeNames } from "./exchange-names.js";

/** Something that waits to be written; `bytes` is about what it takes in memory. */
export type SpoolItem = ReadingItem | SessionItem | ExchangeItem;

interface ItemFacts {
  readonly relay: string;
  readonly at: EpochMs;
  readonly bytes: number;
}

/** One line, with its end. */
export interface ReadingItem extends ItemFacts {
  readonly type: "reading";
  readonly line: Uint8Array;
}

export interface SessionItem extends ItemFacts {
  readonly type: "session";
  readonly protocol: string;
  readonly log: SessionLog;
}

/** One half of an exchange. */
export interface ExchangeItem extends ItemFacts {
  readonly type: "exchange";
  readonly frame: Frame;
  readonly archive: BodiesArchive;
  readonly names: ExchangeNames;
  /** Once it has one: it stays when writing is tried again. */
  name?: string;
}

export type BodiesArchive = Extract<Archive, { readonly type: "bodies" }>;
