import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatPlace, type NameServerAddress, openSockets } from "../../src/dns/sockets.js";
import { CloudtapError } from "../../src/runtime/errors.js";

async function open(address: NameServerAddress): Promise<number> {
  const { udp, tcp, port } = await openSockets(address);
  onTestFinished(() => {
    udp.close();
    tcp.close();
  });
  expect(udp.address().port).toBe(port);
  return port;
}

async function refusal(address: NameServerAddress): Promise<string> {
  try {
    await open(address);
  } catch (error) {
    if (error instanceof CloudtapError && error.code === "LISTEN_FAILED") return error.message;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("the sockets of the name server", () => {
  it("are UDP and TCP on one port, for all addresses or for one", async () => {
    expect(await open({ host: undefined, port: 0 })).toBeGreaterThan(0);
    expect(await open({ host: "127.0.0.1", port: 0 })).toBeGreaterThan(0);
  });

  it("say what to do where another name server has the port for UDP", async () => {
    const other = createSocket("udp4");
    onTestFinished(() => {
      other.close();
    });
    await new Promise<void>((resolve) => other.bind(0, "127.0.0.1", resolve));
    const { port } = other.address();
    const message = await refusal({ host: "127.0.0.1", port });
    expect(message).toContain(`has port ${port} on 127.0.0.1`);
    expect(message).toContain("set intercept.dns.listen");
    // Half of what was opened is closed again.
    const tcp = createServer();
    await new Promise<void>((resolve) => tcp.listen(port, "127.0.0.1", resolve));
    await new Promise((resolve) => tcp.close(resolve));
  });

  it("say so where another program has the port for TCP", async () => {
    const port = await open({ host: "127.0.0.1", port: 0 });
    expect(await refusal({ host: "127.0.0.1", port })).toContain("another name server of this host");
  });

  it("say that this host does not have an address", async () => {
    expect(await refusal({ host: "192.0.2.1", port: 0 })).toContain("this host does not have that address");
  });
});

describe("the place where it is asked", () => {
  it.each([
    [{ host: undefined, port: 53 }, "53"],
    [{ host: "192.168.1.10", port: 53 }, "192.168.1.10:53"],
    [{ host: "fd00::1", port: 53 }, "[fd00::1]:53"],
  ])("%j is written %s", (place, text) => expect(formatPlace(place)).toBe(text));
});
