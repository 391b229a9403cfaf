import { describe, expect, it } from "vitest";
import { ask, setUpWeb } from "../web-setup.js";

describe("routes of setting up", () => {
  it("says that there is no such relay", async () => {
    const { port } = await setUpWeb();
    expect(await ask(port, "/api/setup/checklist/other")).toMatchObject({ status: 404, json: { error: "NOT_FOUND" } });
  });

  it("waits for the looks at the world that a checklist takes", async () => {
    const { port, sources } = await setUpWeb();
    const { checklist } = sources.views;
    sources.checklist = () => new Promise((resolve) => setImmediate(() => resolve({ ...checklist, relay: "slow" })));
    expect((await ask(port, "/api/setup/checklist/slow")).json).toMatchObject({ relay: "slow" });
  });
});
