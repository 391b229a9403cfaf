import { existsSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AdminCommand, type AdminCommands, type AdminStream, createAdminServer } from "../../src/admin/server.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { recordLog } from "../support/log-recorder.js";
import { connectTo, playedStream, setUpServer } from "./socket-setup.js";

const limits = { lineBytes: 1_000, clients: 2, idleMs: 10_000, streams: 1, streamBytes: 100_000 };
const commands: AdminCommands = new Map<string, AdminCommand>([
  ["echo", async (args) => args],
  ["refuse", () => Promise.reject(new CloudtapError("STORE_FAILED", "the disk is full"))],
  ["break", () => Promise.reject(new Error("a fault"))],
  ["large", async () => "x".repeat(8_000_000)],
]);

function replies(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

async function ask(path: string, text: string): Promise<readonly unknown[]> {
  const { socket, ended } = await connectTo(path);
  socket.end(text);
  return replies(await ended);
}

describe("local socket of the running program", () => {
  it("answers each line with one line, also a client that has ended its side", async () => {
    const { path } = await setUpServer(commands);
    expect(await ask(path, '{"command":"echo","args":{"a":1}}\n{"command":"echo"}\n')).toEqual([
      { ok: true, result: { a: 1 } },
      { ok: true, result: {} },
    ]);
  });

  it("answers in order, however long a command takes", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<string>((resolve) => {
      release = () => resolve("first");
    });
    const started: string[] = [];
    const { path } = await setUpServer(
      new Map<string, AdminCommand>([
        ["held", () => held],
        ["next", async () => started.push("next")],
      ]),
    );
    const first = await connectTo(path);
    first.socket.end('{"command":"held"}\n{"command":"next"}\n');
    // Another client is served meanwhile.
    expect(await ask(path, '{"command":"next"}\n')).toEqual([{ ok: true, result: 1 }]);
    expect(started).toEqual(["next"]);
    release();
    expect(replies(await first.ended)).toMatchObject([{ result: "first" }, { result: 2 }]);
  });

  it("tells what it cannot do, and goes on", async () => {
    const { path, lines } = await setUpServer(commands);
    const asked = [
      "nonsense",
      '{"command":"dance"}',
      '{"command":"refuse"}',
      '{"command":"break"}',
      '{"command":"echo"}',
    ];
    expect(await ask(path, `${asked.join("\n")}\n`)).toMatchObject([
      { ok: false, error: { code: "BAD_REQUEST" } },
      { ok: false, error: { code: "UNKNOWN_COMMAND", message: expect.stringContaining("echo, refuse, break") } },
      { ok: false, error: { code: "STORE_FAILED", message: "the disk is full" } },
      { ok: false, error: { code: "INTERNAL", message: "a fault" } },
      { ok: true },
    ]);
    expect(lines.filter(({ level }) => level >= 50)).toMatchObject([{ msg: "internal fault", command: "break" }]);
  });

  it("hangs up on a line without end", async () => {
    const { path } = await setUpServer(commands, limits);
    const { socket, ended } = await connectTo(path);
    socket.write("x".repeat(limits.lineBytes + 1));
    expect(replies(await ended)).toMatchObject([{ ok: false, error: { code: "BAD_REQUEST" } }]);
  });

  it("turns away one client too many, until another has left", async () => {
    const { path } = await setUpServer(commands, limits);
    const first = await connectTo(path);
    await connectTo(path);
    expect(replies(await (await connectTo(path)).ended)).toMatchObject([{ ok: false, error: { code: "BUSY" } }]);
    first.socket.end();
    await first.ended;
    expect(await ask(path, '{"command":"echo"}\n')).toEqual([{ ok: true, result: {} }]);
  });

  it("drops a client that does not take its answers, and one that is silent", async () => {
    const { path, lines } = await setUpServer(commands, { ...limits, idleMs: 50 });
    const deaf = await connectTo(path);
    deaf.socket.pause();
    deaf.socket.write('{"command":"large"}\n{"command":"large"}\n');
    const silent = await connectTo(path);
    await silent.ended;
    await expect.poll(() => lines.filter(({ msg }) => msg === "local client dropped").length).toBe(2);
  });

  it("gives a stream after the line that says ok, and nothing else from then on", async () => {
    const stream = playedStream();
    const { path } = await setUpServer(new Map([["tap", stream]]), { ...limits, idleMs: 50 });
    const { socket, ended } = await connectTo(path);
    socket.write('{"command":"tap","args":{"of":"roof"}}\n{"command":"tap"}\n');
    await expect.poll(() => stream.output).toBeDefined();
    // Silence is no reason to be dropped here: the client beside it is, who waits for nothing.
    await (await connectTo(path)).ended;
    stream.output?.write(Buffer.from("bytes\n"));
    socket.end();
    expect(await ended).toBe('{"ok":true,"result":"stream"}\nbytes\n');
    expect(stream).toMatchObject({ asked: [{ of: "roof" }], stopped: 1 });
  });

  it("says why there is no stream, and then takes other commands", async () => {
    const refuse = { open: () => Promise.reject(new CloudtapError("CAPTURE_FAILED", "nobody of that name")) };
    const { path } = await setUpServer(new Map<string, AdminCommand | AdminStream>([...commands, ["tap", refuse]]));
    expect(await ask(path, '{"command":"tap"}\n{"command":"echo"}\n')).toMatchObject([
      { ok: false, error: { code: "CAPTURE_FAILED" } },
      { ok: true },
    ]);
  });

  it("gives no more than so many streams, until one of them has ended", async () => {
    const stream = playedStream();
    const { path } = await setUpServer(new Map([["tap", stream]]), limits);
    const first = await connectTo(path);
    first.socket.write('{"command":"tap"}\n');
    await expect.poll(() => stream.output).toBeDefined();
    expect(await ask(path, '{"command":"tap"}\n')).toMatchObject([{ ok: false, error: { code: "BUSY" } }]);
    first.socket.destroy();
    await expect.poll(() => stream.stopped).toBe(1);
    await expect.poll(() => ask(path, '{"command":"tap"}\n')).toMatchObject([{ ok: true }]);
  });

  it("ends its streams when it stops", async () => {
    const stream = playedStream();
    const { path, server } = await setUpServer(new Map([["tap", stream]]));
    const { socket, ended } = await connectTo(path);
    socket.write('{"command":"tap"}\n');
    await expect.poll(() => stream.output).toBeDefined();
    await server.stop();
    await ended;
    await expect.poll(() => stream.stopped).toBe(1);
  });

  it("is gone after the stop, with its clients, and does not wait for them", async () => {
    const { path, server } = await setUpServer(commands);
    const { ended } = await connectTo(path);
    await server.stop();
    expect(await ended).toBe("");
    expect(existsSync(path)).toBe(false);
    await server.stop();
  });

  it("says once why it cannot be opened and lets the program go on", async () => {
    const { path } = await setUpServer(commands);
    const { log, of } = recordLog();
    const second = createAdminServer(path, commands, log);
    onTestFinished(() => second.stop());
    await second.start();
    await second.stop();
    expect(of("local socket is not open")).toMatchObject([{ code: "LISTEN_FAILED", path }]);
    expect(await ask(path, '{"command":"echo"}\n')).toEqual([{ ok: true, result: {} }]);
  });
});
