import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { loadTransparency } from "../../src/composition/transparency.js";

describe("sockets that a process with more rights opens", () => {
  it.skipIf(process.getuid?.() !== 0)("take connections to addresses of others", async () => {
    const makeTransparent = await loadTransparency();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    expect(() => makeTransparent(server)).not.toThrow();
    await new Promise((resolve) => server.close(resolve));
    expect(() => makeTransparent(server)).toThrow("expected an open socket");
  });
});
