import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AdminCommands, AdminLimits, AdminStream } from "../../src/admin/server.js";
import { createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import type { CaptureOutput } from "../../src/model/capture.js";
import type { JsonObject } from "../../src/model/value.js";
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

/** A stream whose bytes the test writes itself. */
export interface PlayedStream extends AdminStream {
  readonly asked: readonly JsonObject[];
  /** Of the newest client. */
  readonly output: CaptureOutput | undefined;
  readonly stopped: number;
}

export function playedStream(): PlayedStream {
  const asked: JsonObject[] = [];
  let output: CaptureOutput | undefined;
  let stopped = 0;
  return {
    asked,
    get output() {
      return output;
    },
    get stopped() {
      return stopped;
    },
    async open(args) {
      asked.push(args);
      return (given) => {
        output = given;
        return () => {
          stopped += 1;
        };
      };
    },
  };
}
