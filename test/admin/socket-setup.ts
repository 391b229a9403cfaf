import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AdminCommands, AdminLimits } from "../../src/admin/server.js";
import { createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import { recordLog } from "../support/log-recorder.js";

/** A folder for the socket, removed when the test has ended. */
export function socketFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-admin-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A local socket that is open until the test has ended. */
export async function setUpServer(commands: AdminCommands, limits?: AdminLimits) {
  const path = adminSocketPath(socketFolder());
  const { log, lines } = recordLog();
  const server = createAdminServer(path, commands, log, limits);
  await server.start();
  onTestFinished(() => server.stop());
  return { path, server, lines };
}

/** A client that is connected, and what it has been sent once it is closed. */
export async function connectTo(path: string): Promise<{ readonly socket: Socket; readonly ended: Promise<string> }> {
  const socket = createConnection({ path, allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
  });
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const ended = new Promise<string>((resolve) => {
    socket.once("end", () => resolve(text)).once("close", () => resolve(text));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve).once("error", reject);
  });
  socket.on("error", () => undefined);
  return { socket, ended };
}
