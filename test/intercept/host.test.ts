import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createHost } from "../../src/intercept/host.js";

describe("the machine of this process", () => {
  const host = createHost();
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-host-"));

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("reads and writes files without the blanks around their text", async () => {
    const path = join(folder, "forwarding");
    await host.write(path, "1\n");
    expect(await host.read(path)).toBe("1");
    expect(readFileSync(path, "utf8")).toBe("1\n");
    expect(await host.list(folder)).toEqual(["forwarding"]);
  });

  it("knows nothing of what is not there", async () => {
    expect(await host.read(join(folder, "missing"))).toBeUndefined();
    expect(await host.list(join(folder, "missing"))).toEqual([]);
    await expect(host.write(join(folder, "missing", "file"), "1")).rejects.toThrow("ENOENT");
  });

  it("tells this start of the machine and this network namespace from others", async () => {
    expect(await host.identity()).toEqual({
      boot: expect.stringMatching(/^[0-9a-f-]{36}$/),
      namespace: expect.stringMatching(/^net:\[\d+\]$/),
    });
  });

  it("runs programs", async () => {
    expect(await host.commands.run("true", [])).toMatchObject({ type: "done" });
  });
});
