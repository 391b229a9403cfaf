import pino from "pino";
import type { Logger, LogLevel } from "../../src/runtime/log.js";

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface LogRecorder {
  readonly log: Logger;
  readonly lines: readonly LogLine[];
  /** Lines with this phrase, and only those at least as grave as `level` where it is given. */
  of(message: string, level?: LogLevel): readonly LogLine[];
}

/** A real logger whose lines stay in memory. */
export function recordLog(level: LogLevel = "debug"): LogRecorder {
  const lines: LogLine[] = [];
  const log = pino({ level, base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return {
    log,
    lines,
    of: (message, atLeast = "trace") =>
      lines.filter((line) => line.msg === message && line.level >= (pino.levels.values[atLeast] ?? 0)),
  };
}
