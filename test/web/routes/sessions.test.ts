import { describe, expect, it } from "vitest";
import { ask, setUpWeb } from "../web-setup.js";

describe("routes of sessions", () => {
  it("says that there was no session before the first", async () => {
    const { port, sources } = await setUpWeb();
    sources.lastSession = async () => undefined;
    expect(await ask(port, "/api/sessions/last")).toMatchObject({
      status: 404,
      json: { error: "NOT_FOUND", message: "no last session" },
    });
  });

  it("says that a session is forgotten", async () => {
    const { port } = await setUpWeb();
    for (const path of ["frames", "frames.pcapng"]) {
      expect(await ask(port, `/api/sessions/gone/${path}`)).toMatchObject({
        status: 404,
        json: { error: "NOT_FOUND" },
      });
    }
  });

  it("gives a session's frames as a file, from whatever buffer they stand in", async () => {
    const { port, sources } = await setUpWeb();
    sources.capture = new Uint8Array(Buffer.from("before, the frames, after")).subarray(8, 18);
    const reply = await ask(port, "/api/sessions/s1/frames.pcapng");
    expect(reply).toMatchObject({ status: 200, text: "the frames" });
    expect(reply.headers).toMatchObject({
      "content-type": "application/x-pcapng",
      "content-disposition": 'attachment; filename="session-s1.pcapng"',
      "content-length": "10",
    });
  });
});
