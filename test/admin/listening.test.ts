import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { listenLocally } from "../../src/admin/listening.js";
import { connectTo, socketFolder } from "./socket-setup.js";

function newServer() {
  const server = createServer((socket) => socket.on("error", () => undefined).end("new\n"));
  onTestFinished(() => {
    server.close();
  });
  return server;
}

/** Leaves a socket behind as a killed process does. */
function leaveSocket(path: string): void {
  const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
  expect(existsSync(path)).toBe(true);
}

describe("opening a local socket", () => {
  it("lets only its own account use it", async () => {
    const path = join(socketFolder(), "a.sock");
    await listenLocally(newServer(), path);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
  });

  it("replaces what a killed process left behind", async () => {
    const path = join(socketFolder(), "a.sock");
    leaveSocket(path);
    await listenLocally(newServer(), path);
    expect(await (await connectTo(path)).ended).toBe("new\n");
  });

  it("leaves a socket alone on which somebody listens", async () => {
    const path = join(socketFolder(), "a.sock");
    await listenLocally(newServer(), path);
    const second = newServer();
    await expect(listenLocally(second, path)).rejects.toMatchObject({ code: "LISTEN_FAILED" });
    expect(second.listening).toBe(false);
    expect(await (await connectTo(path)).ended).toBe("new\n");
  });

  it("leaves a file alone that is no socket", async () => {
    const path = join(socketFolder(), "a.sock");
    writeFileSync(path, "precious");
    await expect(listenLocally(newServer(), path)).rejects.toThrow("expected nothing or a socket");
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it("refuses a path that the system would cut off", async () => {
    const path = join(socketFolder(), "a".repeat(100), "a.sock");
    await expect(listenLocally(newServer(), path)).rejects.toThrow(/at most 107 bytes.*shorter data_dir/);
  });

  it("says what is wrong where there is no folder", async () => {
    const path = join(socketFolder(), "missing", "a.sock");
    await expect(listenLocally(newServer(), path)).rejects.toMatchObject({ code: "LISTEN_FAILED" });
  });
});
