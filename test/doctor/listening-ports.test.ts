import { createServer, type Server } from "node:net";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { lookAtPort, parseListening } from "../../src/doctor/listening-ports.js";
import { createHost } from "../../src/intercept/host.js";
import { memoryHost } from "../intercept/memory-host.js";

async function listen(host: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return { server, port: address.port };
}

describe("a port of this host", () => {
  it.each(["127.0.0.1", "::1", "::"])("that is taken on %s names who has it", async (address) => {
    const { port } = await listen(address);
    expect(await lookAtPort(createHost(), port)).toEqual({
      type: "taken",
      owners: [{ pid: process.pid, name: expect.stringMatching(/./) }],
    });
  });

  it("is free once nobody listens", async () => {
    const { server, port } = await listen("127.0.0.1");
    await new Promise((resolve) => server.close(resolve));
    expect(await lookAtPort(createHost(), port)).toEqual({ type: "free" });
  });

  it("cannot be seen where the system does not show it", async () => {
    expect(await lookAtPort(memoryHost({}), 1)).toEqual({ type: "unseen" });
  });

  it("is looked up in any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(65_535), (text, port) => {
        expect(parseListening(text, port)).toBeInstanceOf(Array);
      }),
    );
    const row = "   0: 0100007F:2710 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0";
    expect(parseListening(row, 10_000)).toEqual(["4711"]);
    expect(parseListening(row.replace(" 0A ", " 01 "), 10_000)).toEqual([]);
  });
});
