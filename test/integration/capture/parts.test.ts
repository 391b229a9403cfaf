import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithTshark, faultsOf, packetFields } from "../../support/tshark.js";
import { Program, temporaryFolder } from "../program.js";
import { deviceStream } from "../simulated-device.js";
import { connectBoth, EndServer } from "./ends.js";
import { capturesIn, commentsOf, legsOf, onlyFile, streamsOf } from "./recorded.js";

const [hello = Buffer.alloc(0)] = deviceStream("solarman", {}, 1);
/** Bytes of a frame before its payload: docs/protocols/solarman.md §2. */
const headBytes = 11;

describeWithTshark("`capture.parts`", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: EndServer;
  let program: Program;

  beforeEach(async () => {
    folder = temporaryFolder();
    server = await EndServer.start();
  });

  afterEach(async () => {
    await program.end("SIGKILL");
    await server.stop();
    folder.remove();
  });

  async function capture(parts: readonly string[]): Promise<string> {
    program = await Program.start({
      folder: folder.path,
      relays: [{ name: "roof", protocol: "solarman", tls: "plain", upstream: `127.0.0.1:${server.port}` }],
      extra: { capture: { mode: "always", parts } },
    });
    const { device, cloud } = await connectBoth(program.port("roof"), server);
    await device.say(hello);
    await cloud.hears(hello.length);
    device.finish();
    cloud.finish();
    await program.waitForLogs("session closed");
    expect(await program.end()).toBe(0);
    return onlyFile(capturesIn(folder.path));
  }

  it("keeps all of a frame but its payload, whose length still shows", async () => {
    const file = await capture(["header", "request_headers", "response_headers"]);
    expect(await faultsOf(file)).toEqual([]);
    const [device] = await legsOf(file);
    if (device === undefined) throw new Error("expected a leg");
    const found = await packetFields(file, ["tcp.len", "frame.len", "frame.cap_len"], {
      filter: `tcp.len > 0 && tcp.stream == ${device.stream}`,
    });
    const numbers = (name: string) => found.map((packet) => Number(packet.get(name)?.[0]));
    expect(numbers("tcp.len")).toEqual([headBytes, hello.length - headBytes]);
    const missing = numbers("frame.len").map((length, index) => length - (numbers("frame.cap_len")[index] ?? 0));
    expect(missing).toEqual([0, hello.length - headBytes]);
    expect(commentsOf(device).filter((line) => !line.startsWith("cloudtap "))).toEqual([]);
  }, 60_000);

  it("says of each frame what was asked for, and all bytes by their letters", async () => {
    const file = await capture(["A", "B", "C", "E", "F", "J"]);
    const [device] = await legsOf(file);
    if (device === undefined) throw new Error("expected a leg");
    expect((await streamsOf(device)).fromClient).toEqual(hello);
    const comments = commentsOf(device).filter((line) => !line.startsWith("cloudtap "));
    expect(comments).toEqual([expect.stringMatching(/^frame of 143 bytes, SHA-256 [0-9a-f]{64}$/)]);
    expect(await faultsOf(file)).toEqual([]);
  }, 60_000);
});
