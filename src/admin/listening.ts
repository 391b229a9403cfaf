import { chmod, lstat, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { systemCodeOf } from "../runtime/system-errors.js";
import { fitsSocketPath, socketPathLimit } from "./socket-path.js";

/**
 * Opens a local socket that only this account may use. What a dead process left behind is replaced; where a live one
 * listens, or something else stands, nothing is touched. Throws CloudtapError LISTEN_FAILED.
 */
export async function listenLocally(server: Server, path: string): Promise<void> {
  if (!fitsSocketPath(path)) {
    const found = `found ${Buffer.byteLength(path)} in ${path}`;
    throw refusal(`expected a path of at most ${socketPathLimit} bytes, ${found}; choose a shorter data_dir`, path);
  }
  try {
    await listen(server, path);
  } catch (error) {
    if (systemCodeOf(error) !== "EADDRINUSE")
      throw refusal(`cannot listen on ${path}: ${describeError(error)}`, path, error);
    await removeStale(path);
    await listen(server, path).catch((again: unknown) => {
      throw refusal(`cannot listen on ${path}: ${describeError(again)}`, path, again);
    });
  }
  await chmod(path, 0o600);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function removeStale(path: string): Promise<void> {
  // Any other file would refuse a connection, too.
  if (!(await lstat(path)).isSocket()) throw refusal(`expected nothing or a socket at ${path}, found a file`, path);
  if (await isAnswered(path))
    throw refusal(`another Cloudtap listens on ${path}; give this one a data_dir of its own`, path);
  await unlink(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      if (systemCodeOf(error) === "ECONNREFUSED") resolve(false);
      else reject(refusal(`cannot tell who listens on ${path}: ${describeError(error)}`, path, error));
    });
  });
}

function refusal(message: string, path: string, cause?: unknown): CloudtapError {
  return new CloudtapError("LISTEN_FAILED", message, { path }, cause);
}
