import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Door } from "../../../src/relay/arrival/door.js";
import type { SocketEndpoint } from "../../../src/relay/arrival/socket-address.js";
import type { SocketOptions } from "../../../src/relay/arrival/socket-options.js";
import { ChaosSocket, portOf } from "../../support/chaos-socket.js";

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A connection from 127.0.0.1 to this machine. */
async function connection(): Promise<Socket> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const device = await ChaosSocket.connect(portOf(server));
  const socket = await accepted;
  closing.push(() => {
    device.socket.destroy();
    socket.destroy();
    server.close();
  });
  return socket;
}

/** A kernel that remembers this destination. */
function kernel(originalDestination: SocketEndpoint | undefined): SocketOptions {
  const unused = (): never => {
    throw new Error("not asked in this test");
  };
  return {
    originalDestination: () => originalDestination,
    makeTransparent: unused,
    mayMark: unused,
    openSocket: unused,
  };
}

const cloud = { address: "198.51.100.7", port: 10_000 };

describe("where a connection was heading", () => {
  it("is what the kernel remembers of a redirected one", async () => {
    const door = new Door({ followsDevice: true, devices: ["127.0.0.1"] }, kernel(cloud));
    const heading = door.heading(await connection());
    expect(heading?.destination).toEqual(cloud);
    expect(heading?.device.remoteAddress).toBe("127.0.0.1");
  });

  it("is unknown for one that called this machine itself, tracked or not", async () => {
    const socket = await connection();
    const own = { address: "127.0.0.1", port: socket.localPort ?? 0 };
    for (const remembered of [own, undefined]) {
      const door = new Door({ followsDevice: true, devices: [] }, kernel(remembered));
      expect(door.heading(socket)?.destination).toBeUndefined();
    }
  });

  it("is nowhere for a connection that is gone", async () => {
    const socket = await connection();
    socket.destroy();
    expect(new Door({ followsDevice: false, devices: [] }, undefined).heading(socket)).toBeUndefined();
  });
});

describe("who is served where the devices' destination is followed", () => {
  const devices = ["192.168.1.50", "192.168.2.0/24", "fd00::/64"];
  const door = new Door({ followsDevice: true, devices }, undefined);
  const from = (remoteAddress: string) => ({ localAddress: "10.0.0.1", localPort: 1, remoteAddress, remotePort: 2 });

  it.each(["192.168.1.50", "192.168.2.77", "fd00::5"])("%s, a configured device that was led here", (address) => {
    expect(door.refusal({ device: from(address), destination: cloud })).toBeUndefined();
  });

  it.each(["192.168.1.51", "192.168.3.1", "fd01::5"])("not %s, whatever it was heading for", (address) => {
    expect(door.refusal({ device: from(address), destination: cloud })).toContain("intercept.devices");
  });

  it("nobody who calls Cloudtap itself, so that it is no open proxy", () => {
    expect(door.refusal({ device: from("192.168.1.50") })).toContain("heading for Cloudtap itself");
  });

  it("everybody where a relay has a cloud of its own", () => {
    const open = new Door({ followsDevice: false, devices }, undefined);
    expect(open.refusal({ device: from("203.0.113.9") })).toBeUndefined();
  });
});
