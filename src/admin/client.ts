import { connect, type Socket } from "node:net";
import type { Readable } from "node:stream";
import type { JsonObject, JsonValue } from "../model/value.js";
import { systemClock } from "../runtime/clock.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { systemCodeOf } from "../runtime/system-errors.js";
import { encodeLine, parseReply } from "./exchange.js";
import { LineReader } from "./line-reader.js";
import { fitsSocketPath } from "./socket-path.js";

/** The status of a large installation stays far below. */
const replyLimitBytes = 16 * 1024 * 1024;
/** How long the program may take to begin a stream. */
const streamLimitMs = 10_000;
const newline = 0x0a;
/** Nobody listens: there is no socket, or its process is gone. */
const nobodyThere: ReadonlySet<string | undefined> = new Set(["ENOENT", "ECONNREFUSED"]);

/**
 * Asks the running program one thing. Throws CloudtapError: NOT_RUNNING where nobody listens, REQUEST_FAILED where it
 * refused (its own code is in `details.reason`), did not answer within `limitMs`, or may not be asked by this account.
 */
export async function askRunning(path: string, command: string, args: JsonObject, limitMs: number): Promise<JsonValue> {
  const { line, socket } = await exchange(path, encodeLine({ command, args }), limitMs);
  socket.destroy();
  return resultOf(line, path);
}

/**
 * Asks the running program for bytes without end. Throws as `askRunning` does. Destroying the stream ends it there, too; it
 * ends by itself when the program stops.
 */
export async function streamFromRunning(path: string, command: string, args: JsonObject): Promise<Readable> {
  const { line, socket } = await exchange(path, encodeLine({ command, args }), streamLimitMs);
  try {
    resultOf(line, path);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function resultOf(line: string, path: string): JsonValue {
  const reply = parseReply(line);
  if (reply === undefined) throw failed(`what listens on ${path} is no Cloudtap: its answer cannot be read`);
  if (!reply.ok) throw failed(reply.error.message, reply.error.code);
  return reply.result;
}

interface Answered {
  readonly line: string;
  /** Paused; what came behind the line is yet to be read from it. */
  readonly socket: Socket;
}

function exchange(path: string, request: string, limitMs: number): Promise<Answered> {
  if (!fitsSocketPath(path))
    return Promise.reject(failed(`the path ${path} is too long for a local socket; choose a shorter data_dir`));
  return new Promise((resolve, reject) => {
    const reader = new LineReader(replyLimitBytes);
    const socket = connect({ path }, () => socket.write(request));
    const give = (error: CloudtapError): void => {
      cancel();
      reject(error);
      socket.destroy();
    };
    const cancel = systemClock.after(limitMs, () => give(failed(`no answer came within ${limitMs / 1_000} s`)));
    const failedSocket = (error: Error): void => give(connectFailure(path, error));
    const closed = (): void => give(failed("the connection ended before the answer; Cloudtap may just have stopped"));
    const read = (chunk: Buffer): void => {
      const end = chunk.indexOf(newline) + 1;
      const [line] = reader.push(end === 0 ? chunk : chunk.subarray(0, end));
      if (reader.overflowed) give(failed("the answer is too long"));
      if (line === undefined) return;
      cancel();
      socket.pause().off("data", read).off("error", failedSocket).off("close", closed);
      if (end < chunk.length) socket.unshift(chunk.subarray(end));
      resolve({ line, socket });
    };
    socket.on("data", read).on("error", failedSocket).once("close", closed);
  });
}

function connectFailure(path: string, error: Error): CloudtapError {
  const code = systemCodeOf(error);
  if (nobodyThere.has(code)) {
    const question = "is Cloudtap running, with this data_dir?";
    return new CloudtapError("NOT_RUNNING", `nobody listens on ${path}; ${question}`, { path }, error);
  }
  if (code === "EACCES") return failed(`${path} may only be used by the account that Cloudtap runs as, and root`);
  return failed(`${path}: ${describeError(error)}`);
}

function failed(message: string, reason?: string): CloudtapError {
  return new CloudtapError("REQUEST_FAILED", message, reason === undefined ? {} : { reason });
}
