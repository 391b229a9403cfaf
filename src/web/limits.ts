/** What the server gives at most to all who call it. */
export interface WebLimits {
  /** Open connections; one more ends the one that has been idle for longest. */
  readonly connections: number;
  /** Unanswered requests of one connection, which are worked on one after the other. */
  readonly pipelined: number;
  /** Bytes of answers that wait for their readers, all together; beyond that the oldest slow readers are ended. */
  readonly unsentBytes: number;
  /** Until the headers, and until the whole of a request have come. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** Without any byte of an answer being taken. */
  readonly stalledMs: number;
  readonly bodyBytes: number;
  /** Questions, writes and downloads under way at once. */
  readonly questions: number;
  readonly writes: number;
  readonly downloads: number;
  /** Readers of live events, and those of one address; the latter holds outside ingress alone. */
  readonly readers: number;
  readonly readersPerAddress: number;
  /** Bytes that may wait for one such reader, and messages that were not written yet. */
  readonly readerBytes: number;
  readonly readerMessages: number;
  readonly heartbeatMs: number;
  /** Between two states of one device for one reader. */
  readonly stateEveryMs: number;
  /** What is under way at a stop may go on for so long. */
  readonly stopMs: number;
}

/** Questions, writes, downloads and readers together stay below `connections`: so there is always one to end for a newcomer. */
export const usualLimits: WebLimits = {
  ...{ connections: 256, pipelined: 4, unsentBytes: 16 * 1024 * 1024 },
  ...{ headersMs: 10_000, requestMs: 20_000, idleMs: 30_000, stalledMs: 30_000, bodyBytes: 64 * 1024 },
  ...{ questions: 32, writes: 32, downloads: 4 },
  ...{ readers: 64, readersPerAddress: 16, readerBytes: 256 * 1024, readerMessages: 1_000 },
  ...{ heartbeatMs: 15_000, stateEveryMs: 1_000, stopMs: 500 },
};
