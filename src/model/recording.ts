import type { CloseReason, Direction } from "./session.js";

/** Microseconds since 1970, UTC; a whole number. */
export type EpochUs = number & { readonly brand: "EpochUs" };

export interface RecordedEndpoint {
  readonly address: string;
  readonly port: number;
}

/** What a recording tells of one connection, or of one leg of a session. */
export interface RecordedLeg {
  /** Unlike that of any other leg of the recording. */
  readonly id: string;
  /** The end that connected: the device on a device leg, Cloudtap on a cloud leg. */
  readonly client: RecordedEndpoint;
  readonly server: RecordedEndpoint;
  /** What Cloudtap itself noted when it captured. */
  readonly note?: LegNote;
  /** Where the kind of file tells it. */
  readonly protocol?: string;
  /** The recording tells no times: those of its events are when it was read. */
  readonly isUndated?: true;
}

/** What Cloudtap writes beside the first packet of a leg. */
export interface LegNote {
  readonly session: string;
  readonly leg: "device" | "cloud";
  readonly relay: string;
  readonly protocol: string;
  readonly security: "plain" | "tls" | "splice";
  /** The true port of the server's end, where the capture shows another. */
  readonly port?: number;
  /** Known once the session has named one. */
  readonly device?: string;
  /** Why it was captured. */
  readonly reason: string;
}

/** One thing that happened on a recorded leg. Those of different legs are mixed, in the order of the recording. */
export type RecordedEvent =
  /** `complete`: its beginning was recorded. */
  | { readonly type: "opened"; readonly leg: RecordedLeg; readonly at: EpochUs; readonly complete: boolean }
  | {
      readonly type: "data";
      readonly leg: RecordedLeg;
      readonly direction: Direction;
      readonly bytes: Uint8Array;
      readonly at: EpochUs;
      /** Where in the file: the packet's or line's number, from 1. */
      readonly place: number;
    }
  /** Bytes are missing before what follows in this direction. */
  | {
      readonly type: "lost";
      readonly leg: RecordedLeg;
      readonly direction: Direction;
      readonly bytes: number;
      readonly at: EpochUs;
      readonly place: number;
    }
  /** FIN. */
  | {
      readonly type: "ended";
      readonly leg: RecordedLeg;
      readonly direction: Direction;
      readonly at: EpochUs;
      readonly place: number;
    }
  /** RST. */
  | {
      readonly type: "reset";
      readonly leg: RecordedLeg;
      readonly direction: Direction;
      readonly at: EpochUs;
      readonly place: number;
    }
  /** Nothing more of it follows. */
  | { readonly type: "closed"; readonly leg: RecordedLeg; readonly at: EpochUs; readonly reason?: CloseReason };

/** What could not be read. The rest was, where that is possible. */
export interface RecordingFault {
  readonly type: "broken";
  /** With the file and the place in it: what was expected and what was found. */
  readonly message: string;
}

/** What a reader of the recording should know, such as packets that no TCP could be read from. */
export interface RecordingNotice {
  readonly type: "notice";
  readonly message: string;
}

export type RecordingItem = RecordedEvent | RecordingFault | RecordingNotice;

/** One recorded file, as its bytes come. Never throws. */
export interface RecordingReader {
  /** What these bytes complete. Nobody may write to them again. */
  push(chunk: Uint8Array): readonly RecordingItem[];
  /** No more bytes follow. What continues in the next file is not closed. */
  end(): readonly RecordingItem[];
}
