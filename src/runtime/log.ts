import pino from "pino";

export type Logger = pino.Logger;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

const redacted = ["password", "token", "*.password", "*.token", "ssid", "*.ssid"];

/** Pretty on a terminal, one JSON object a line otherwise. */
export async function createLogger(level: LogLevel, terminal: boolean): Promise<Logger> {
  const options = { level, base: null, redact: redacted, timestamp: pino.stdTimeFunctions.isoTime };
  if (!terminal) return pino(options, pino.destination({ dest: 1, sync: true }));
  const { default: pretty } = await import("pino-pretty");
  return pino(options, pretty({ colorize: true, ignore: "pid,hostname", translateTime: "HH:MM:ss", sync: true }));
}

export function silentLogger(): Logger {
  return pino({ level: "silent" });
}
