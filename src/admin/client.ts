import { connect } from "node:net";
import type { JsonObject, JsonValue } from "../model/value.js";
import { systemClock } from "../runtime/clock.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { encodeLine, parseReply } from "./exchange.js";
import { LineReader } from "./line-reader.js";
import { codeOf } from "./listening.js";
import { fitsSocketPath } from "./socket-path.js";

/** The status of a large installation stays far below. */
const replyLimitBytes = 16 * 1024 * 1024;
/** Nobody listens: there is no socket, or its process is gone. */
const nobodyThere: ReadonlySet<string | undefined> = new Set(["ENOENT", "ECONNREFUSED"]);

/**
 * Asks the running program one thing. Throws CloudtapError: NOT_RUNNING where nobody listens, REQUEST_FAILED where it
 * refused (its own code is in `details.reason`), did not answer within `limitMs`, or may not be asked by this account.
 */
export async function askRunning(path: string, command: string, args: JsonObject, limitMs: number): Promise<JsonValue> {
  if (!fitsSocketPath(path)) throw failed(`the path ${path} is too long for a local socket; choose a shorter data_dir`);
  const line = await exchange(path, encodeLine({ command, args }), limitMs);
  const reply = parseReply(line);
  if (reply === undefined) throw failed(`what listens on ${path} is no Cloudtap: its answer cannot be read`);
  if (!reply.ok) throw failed(reply.error.message, reply.error.code);
  return reply.result;
}

function exchange(path: string, request: string, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new LineReader(replyLimitBytes);
    const socket = connect({ path }, () => socket.write(request));
    const cancel = systemClock.after(limitMs, () => {
      reject(failed(`no answer came within ${limitMs / 1_000} s`));
      socket.destroy();
    });
    socket.on("data", (chunk) => {
      const [line] = reader.push(chunk);
      if (line !== undefined) resolve(line);
      else if (reader.overflowed) reject(failed("the answer is too long"));
      else return;
      socket.destroy();
    });
    socket.on("error", (error) => reject(connectFailure(path, error)));
    socket.once("close", () => {
      cancel();
      reject(failed("the connection ended before the answer; Cloudtap may just have stopped"));
    });
  });
}

function connectFailure(path: string, error: Error): CloudtapError {
  const code = codeOf(error);
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
