import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { CloudtapError } from "../../../src/runtime/errors.js";
import { ask, openSocket, setUpWeb, write } from "../web-setup.js";

describe("routes of captures", () => {
  it("begins a capture of ten minutes, or as long as is wanted", async () => {
    const { port, sources } = await setUpWeb();
    const reply = await write(port, "POST", "/api/captures", { target: "deye" });
    expect(reply).toMatchObject({ status: 200, json: sources.views.running });
    await write(port, "POST", "/api/captures", { target: "all", seconds: 60 });
    expect(sources.asked).toEqual(["capture deye 600", "capture all 60"]);
  });

  it.each([{}, { target: "" }, { target: "deye", seconds: 0 }, { target: "deye", seconds: 1e9 }, { seconds: 60 }])(
    "begins none for %j",
    async (body) => {
      const { port, sources } = await setUpWeb();
      expect(await write(port, "POST", "/api/captures", body)).toMatchObject({ status: 400 });
      expect(sources.asked).toEqual([]);
    },
  );

  it("says why nothing can be captured", async () => {
    const { port, sources } = await setUpWeb();
    sources.startCapture = () => Promise.reject(new CloudtapError("CAPTURE_FAILED", "the disk is full"));
    expect(await write(port, "POST", "/api/captures", { target: "deye" })).toMatchObject({
      status: 409,
      json: { error: "CAPTURE_FAILED", message: "the disk is full" },
    });
  });

  it("ends a running capture, and says that there is none of that id", async () => {
    const { port } = await setUpWeb();
    expect(await write(port, "DELETE", "/api/captures/c1")).toMatchObject({ status: 200, json: { stopped: 1 } });
    expect(await write(port, "DELETE", "/api/captures/c2")).toMatchObject({
      status: 404,
      json: { error: "NOT_FOUND" },
    });
  });

  it("hands a file out anonymized, unless it is wanted as it is", async () => {
    const { port, sources } = await setUpWeb();
    const shared = await ask(port, "/api/captures/files/deye.pcapng");
    expect(shared).toMatchObject({ status: 200, text: "a capture" });
    expect(shared.headers["content-disposition"]).toBe('attachment; filename="deye-anonymized.pcapng"');
    expect(shared.headers["content-length"]).toBe("9");
    const raw = await ask(port, "/api/captures/files/deye.pcapng?raw=true");
    expect(raw.headers["content-disposition"]).toBe('attachment; filename="deye.pcapng"');
    expect(sources.asked).toEqual(["file deye.pcapng anonymized", "file deye.pcapng raw"]);
  });

  it("hands one that is being written out under the name that it will have", async () => {
    const { port, sources } = await setUpWeb();
    sources.captureFile = async () => ({ bytes: undefined, stream: Readable.from([]) });
    for (const [query, saved] of [
      ["", "deye-anonymized.pcapng"],
      ["?raw=true", "deye.pcapng"],
    ]) {
      const reply = await ask(port, `/api/captures/files/deye.pcapng.part${query}`);
      expect(reply.headers["content-disposition"]).toBe(`attachment; filename="${saved}"`);
    }
  });

  it("asks for no file by a name that could lead out of the folder", async () => {
    const { port, sources } = await setUpWeb();
    for (const name of ["..%2Fsecret", "%2Fetc%2Fpasswd", "..", ".hidden", "a%5C..%5Cb", "a%00b"]) {
      expect((await ask(port, `/api/captures/files/${name}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect(sources.asked).toEqual([]);
    expect(await ask(port, "/api/captures/files/other.pcapng")).toMatchObject({ status: 404 });
  });

  it("answers with an error where the file fails at once, and breaks off where it fails later", async () => {
    const { port, sources } = await setUpWeb();
    const failing = async function* (text: string): AsyncGenerator<Uint8Array> {
      if (text !== "") yield Buffer.from(text);
      throw new CloudtapError("RECORDING_BROKEN", "cut at byte 5");
    };
    sources.captureFile = async () => ({ bytes: 100, stream: failing("") });
    expect(await ask(port, "/api/captures/files/deye.pcapng")).toMatchObject({
      status: 409,
      json: { error: "RECORDING_BROKEN" },
    });
    sources.captureFile = async () => ({ bytes: 100, stream: failing("start") });
    await expect(ask(port, "/api/captures/files/deye.pcapng")).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  it("gives a place back where nobody waits for the file any more", async () => {
    const { port, sources } = await setUpWeb({ limits: { downloads: 1 } });
    let asked = 0;
    sources.captureFile = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const socket = await openSocket(port);
    socket.write("GET /api/captures/files/deye.pcapng HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await expect.poll(() => asked).toBe(1);
    expect(await ask(port, "/api/captures/files/deye.pcapng")).toMatchObject({ status: 503 });
    sources.captureFile = async () => undefined;
    socket.destroy();
    await expect.poll(async () => (await ask(port, "/api/captures/files/deye.pcapng")).status).toBe(404);
  });

  it("hands out so many at once, and more when these are done", async () => {
    const { port, sources } = await setUpWeb({ limits: { downloads: 1 } });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      sources.captureFile = async () => {
        resolve();
        await held;
        return undefined;
      };
    });
    const first = ask(port, "/api/captures/files/deye.pcapng");
    await begun;
    expect(await ask(port, "/api/captures/files/deye.pcapng")).toMatchObject({ status: 503, json: { error: "BUSY" } });
    release();
    expect(await first).toMatchObject({ status: 404 });
    expect(await ask(port, "/api/captures/files/deye.pcapng")).toMatchObject({ status: 404 });
  });
});
