import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findAccount, prepareDataDir } from "../../src/cli/account.js";
import { createHostCommands } from "../../src/intercept/host-commands.js";

const commands = createHostCommands();

describe("the account of relaying", () => {
  it("is a name of this system", async () => {
    expect(await findAccount("root", commands)).toEqual({ name: "root", uid: 0, gid: 0 });
  });

  it("is a number, or two", async () => {
    expect(await findAccount("1500", commands)).toEqual({ name: "1500", uid: 1500, gid: 1500 });
    expect(await findAccount("1500:20", commands)).toEqual({ name: "1500:20", uid: 1500, gid: 20 });
  });

  it("is refused where nobody has that name", async () => {
    await expect(findAccount("no-such-account", commands)).rejects.toMatchObject({ code: "PRIVILEGE_FAILED" });
  });
});

describe("the data directory of that account", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-account-"));
  const own = { name: "self", uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is made where it is missing", async () => {
    const path = join(folder, "data");
    expect(await prepareDataDir(path, own)).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o750);
    expect(await prepareDataDir(path, own)).toBeUndefined();
  });

  it.runIf(own.uid === 0)("is made for the account, not for root", async () => {
    const path = join(folder, "theirs");
    await prepareDataDir(path, { name: "1500:20", uid: 1500, gid: 20 });
    expect(statSync(path)).toMatchObject({ uid: 1500, gid: 20 });
  });

  it("is named with what to do where it is another account's", async () => {
    const sentence = await prepareDataDir(folder, { name: "1500", uid: own.uid + 1500, gid: 20 });
    expect(sentence).toContain(`chown -R ${own.uid + 1500}:20 ${folder}`);
  });

  it("is a fault where it cannot be made", async () => {
    await expect(prepareDataDir("/dev/null/data", own)).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
