import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadSocketOptions, type SocketOptions } from "../../../src/relay/arrival/socket-options.js";
import { portOf } from "../../support/chaos-socket.js";

let sockets: SocketOptions;
const closing: (Server | Socket)[] = [];
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  sockets = await loadSocketOptions();
});

afterEach(() => {
  for (const one of closing.splice(0))
    if ("destroy" in one) one.destroy();
    else one.close();
});

async function listen(host: string): Promise<Server> {
  const server = createServer();
  closing.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return server;
}

/** Connects with a socket of our own, and gives both ends. */
async function connected(server: Server, host: string, marks = {}): Promise<{ device: Socket; accepted: Socket }> {
  const accepting = once(server, "connection");
  const device = sockets.openSocket(host, marks);
  closing.push(device);
  device.connect({ host, port: portOf(server) });
  const [accepted]: Socket[] = await accepting;
  if (accepted === undefined) throw new Error("expected a connection");
  closing.push(accepted);
  return { device, accepted };
}

describe("socket options that Node has no words for", () => {
  it.each(["127.0.0.1", "::1"])("open sockets that talk and half-close like any other, to %s", async (host) => {
    const { device, accepted } = await connected(await listen(host), host);
    device.end("report");
    const [chunk]: Buffer[] = await once(accepted, "data");
    expect(chunk?.toString()).toBe("report");
    accepted.end("answer");
    const [answer]: Buffer[] = await once(device, "data");
    expect(answer?.toString()).toBe("answer");
    await once(device, "close");
  });

  it("say of a connection that nobody redirected that it was heading where it arrived, or nothing", async () => {
    const server = await listen("::");
    for (const host of ["127.0.0.1", "::1"]) {
      const { accepted } = await connected(server, host);
      const destination = sockets.originalDestination(accepted);
      expect([undefined, portOf(server)]).toContain(destination?.port);
    }
  });

  it("name no destination of a connection that is closed", async () => {
    const { accepted } = await connected(await listen("127.0.0.1"), "127.0.0.1");
    accepted.destroy();
    expect(sockets.originalDestination(accepted)).toBeUndefined();
  });

  it("report a connection that is refused as Node does", async () => {
    const server = await listen("127.0.0.1");
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    const device = sockets.openSocket("127.0.0.1", {});
    device.connect({ host: "127.0.0.1", port });
    const [error]: Error[] = await once(device, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });

  it.skipIf(!isRoot)("connect from the address of another, and mark their packets, with the right to", async () => {
    expect(sockets.mayMark()).toBe(true);
    const server = await listen("127.0.0.1");
    sockets.makeTransparent(server);
    const { accepted } = await connected(server, "127.0.0.1", { mark: 2, from: "127.0.0.77" });
    expect(accepted.remoteAddress).toBe("127.0.0.77");
  });

  it.skipIf(!isRoot)("say which right is missing", () => {
    const command = ["--reuid=65534", "--clear-groups", process.execPath, "--import", "tsx"];
    const answer = execFileSync("setpriv", [...command, "test/support/rights-process.ts"], { encoding: "utf8" });
    const missing = expect.stringContaining("CAP_NET_ADMIN is missing");
    expect(JSON.parse(answer)).toEqual({ mayMark: false, transparent: missing, mark: missing, from: missing });
  });
});
