import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { protocols } from "../../../src/protocols/registry.js";
import { awaitArrival } from "../../../src/relay/arrival/arrival.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { ChaosSocket, portOf } from "../../support/chaos-socket.js";
import { FakeClock } from "../../support/fake-clock.js";

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function pair(): Promise<{ device: ChaosSocket; tcp: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const device = await ChaosSocket.connect(portOf(server));
  const tcp = await accepted;
  server.close();
  sockets.push(device.socket, tcp);
  return { device, tcp };
}

describe("a connection before it is a session", () => {
  it("is served at once where the relay knows what comes", async () => {
    const { tcp } = await pair();
    const arrival = await awaitArrival(tcp, { tls: "plain", candidates: [] }, systemClock);
    expect(arrival.first).toMatchObject({ kind: "plain", ended: false });
  });

  it("is told apart by its first bytes, however they are cut", async () => {
    const { device, tcp } = await pair();
    const arriving = awaitArrival(tcp, { tls: "auto", candidates: protocols }, systemClock);
    await device.send(Buffer.from("7083", "hex"));
    await device.send(Buffer.from("9e0001", "hex"));
    const { first } = await arriving;
    expect(first?.protocol?.name).toBe("websentry");
    expect(first?.head.toString("hex").startsWith("70839e")).toBe(true);
  });

  it("does not wait long for a device that lets the server speak first", async () => {
    const { tcp } = await pair();
    const clock = new FakeClock();
    const arriving = awaitArrival(tcp, { tls: "auto", candidates: protocols }, clock);
    clock.advance(3_000);
    expect((await arriving).first).toEqual({ kind: "plain", head: Buffer.alloc(0), ended: false });
    expect(clock.pendingTimers).toBe(0);
  });

  it("is what the configuration says where that expects one thing alone", async () => {
    for (const [tls, head] of [
      ["terminate", "hello"],
      ["plain", "160301"],
    ] as const) {
      const { device, tcp } = await pair();
      const clock = new FakeClock();
      const arriving = awaitArrival(tcp, { tls, candidates: tls === "plain" ? protocols : [] }, clock);
      await device.send(Buffer.from(head, tls === "plain" ? "hex" : "latin1"));
      if (tls === "plain") {
        while (tcp.bytesRead < 3) await new Promise((resolve) => setImmediate(resolve));
        clock.advance(3_000);
      }
      expect((await arriving).first?.kind).toBe(tls === "terminate" ? "tls" : "plain");
    }
  });

  it("is gone when the device hangs up, and it is known how", async () => {
    for (const [how, wasReset] of [
      ["fin", false],
      ["reset", true],
    ] as const) {
      const { device, tcp } = await pair();
      const arriving = awaitArrival(tcp, { tls: "auto", candidates: [] }, systemClock);
      if (how === "reset") device.socket.resetAndDestroy();
      else device.socket.end();
      const arrival = await arriving;
      expect(arrival.first?.head.length ?? 0).toBe(0);
      expect(arrival.wasReset).toBe(wasReset);
    }
  });
});
