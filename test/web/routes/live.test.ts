import { get, type IncomingMessage } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { exampleLive } from "../../support/example-views.js";
import { ask, openSocket, setUpWeb } from "../web-setup.js";

function read(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = get({ host: "127.0.0.1", port, path, agent: false }, resolve);
    asking.on("error", reject);
    onTestFinished(() => void asking.destroy());
  });
}

describe("route of live events", () => {
  it("tells what is wanted as it happens", async () => {
    const { port, sources } = await setUpWeb();
    const response = await read(port, "/api/live?session=s1&sessions=true");
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    expect([...sources.watchers.values()]).toEqual([{ session: "s1", sessions: true }]);
    sources.tell("frame", exampleLive.frame);
    await expect.poll(() => text).toContain(`event: frame\ndata: ${JSON.stringify(exampleLive.frame)}\n\n`);
    expect(text).toMatch(/^retry: 3000\nevent: hello\n/);
    expect(response.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "x-content-type-options": "nosniff",
    });
  });

  it("tells no sessions and no frames where none are asked for", async () => {
    const { port, sources } = await setUpWeb();
    await read(port, "/api/live");
    expect([...sources.watchers.values()]).toEqual([{ sessions: false }]);
  });

  it("says that there are too many readers", async () => {
    const { port } = await setUpWeb({ limits: { readers: 1 } });
    await read(port, "/api/live");
    expect(await ask(port, "/api/live")).toMatchObject({ status: 503, json: { error: "BUSY" } });
  });

  it("takes no place of a question", async () => {
    const { port } = await setUpWeb({ limits: { questions: 1 } });
    await read(port, "/api/live");
    await read(port, "/api/live");
    expect(await ask(port, "/api/overview")).toMatchObject({ status: 200 });
  });

  it("forgets a reader that has left, and begins none that stands behind it on its connection", async () => {
    const { port, sources } = await setUpWeb();
    const socket = await openSocket(port);
    const request = "GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.write(request + request);
    const said = new Promise<string>((resolve) => socket.once("data", (chunk: Buffer) => resolve(chunk.toString())));
    expect(await said).toContain("HTTP/1.1 200 OK");
    expect(sources.watchers.size).toBe(1);
    socket.destroy();
    await expect.poll(() => sources.watchers.size).toBe(0);
    expect(await ask(port, "/health")).toMatchObject({ status: 200 });
    expect(sources.watchers.size).toBe(0);
  });

  it("refuses a wish that it does not understand", async () => {
    const { port, sources } = await setUpWeb();
    expect(await ask(port, "/api/live?sessions=perhaps")).toMatchObject({ status: 400 });
    expect(sources.watchers.size).toBe(0);
  });
});
