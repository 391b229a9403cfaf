import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { streamTo } from "../../src/admin/stream.js";
import type { CaptureOutput } from "../../src/model/capture.js";
import { socketFolder } from "./socket-setup.js";

/** Both ends of a connection. */
async function setUp(): Promise<{ readonly client: Socket; readonly served: Socket }> {
  const path = join(socketFolder(), "a.sock");
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const arrived = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const client = createConnection({ path, allowHalfOpen: true });
  const served = await arrived;
  for (const socket of [client, served]) socket.on("error", () => undefined);
  onTestFinished(() => {
    client.destroy();
    served.destroy();
    server.close();
  });
  return { client, served };
}

function source() {
  const taken: { output?: CaptureOutput; stops: number } = { stops: 0 };
  const begin = (output: CaptureOutput): (() => void) => {
    taken.output = output;
    return () => {
      taken.stops += 1;
    };
  };
  return { taken, begin };
}

describe("a stream to a client", () => {
  it.each(["end", "destroy"] as const)("is over when the client says %s, once", async (how) => {
    const { client, served } = await setUp();
    const { taken, begin } = source();
    const over = streamTo(served, begin, 1_000);
    client[how]();
    await over;
    served.destroy();
    await new Promise((resolve) => served.once("close", resolve));
    expect(taken.stops).toBe(1);
    expect(taken.output?.write(Buffer.from("late"))).toBe(true);
  });

  it("is not begun for a client that has gone", async () => {
    const { served } = await setUp();
    const { taken, begin } = source();
    served.destroy();
    await streamTo(served, begin, 1_000);
    expect(taken.output).toBeUndefined();
  });

  it("hears nothing of what the client says", async () => {
    const { client, served } = await setUp();
    const { taken, begin } = source();
    const over = streamTo(served, begin, 1_000);
    client.write("x".repeat(200_000));
    await new Promise<void>((resolve) => client.end(() => resolve()));
    await over;
    expect(taken.stops).toBe(1);
  });

  it("fails with what the source threw", async () => {
    const { served } = await setUp();
    const refusing = () => {
      throw new Error("no more");
    };
    await expect(streamTo(served, refusing, 1_000)).rejects.toThrow("no more");
  });
});
