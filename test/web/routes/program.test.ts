import { describe, expect, it } from "vitest";
import { ask, setUpWeb } from "../web-setup.js";

describe("routes of the program", () => {
  it("tells health by its status, the same before and after the rest of the server is loaded", async () => {
    const { port, sources } = await setUpWeb();
    sources.views.health = { status: "failing", reasons: ["the broker is away"] };
    const before = await ask(port, "/health");
    await ask(port, "/api/overview");
    const after = await ask(port, "/health");
    expect(before).toMatchObject({ status: 503, json: { status: "failing", reasons: ["the broker is away"] } });
    const { date: _, ...headers } = before.headers;
    expect(after).toMatchObject({ status: 503, json: before.json, headers });
  });

  it("answers a health check that wants no body", async () => {
    const { port } = await setUpWeb();
    expect(await ask(port, "/health", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
    await ask(port, "/api/overview");
    expect(await ask(port, "/health", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });

  it("gives metrics as their source writes them, whatever is asked besides", async () => {
    const { port } = await setUpWeb();
    const reply = await ask(port, "/metrics?format=prometheus");
    expect(reply).toMatchObject({ status: 200, text: "cloudtap_up 1\n" });
    expect(reply.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  });
});
