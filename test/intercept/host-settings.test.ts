import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prepareSettings, restoreSettings } from "../../src/intercept/host-settings.js";
import { createJournal, type Journal } from "../../src/intercept/journal.js";
import { memoryHost } from "./memory-host.js";

const forwarding = "/proc/sys/net/ipv4/ip_forward";
const redirects = "/proc/sys/net/ipv4/conf/eth0.10/send_redirects";
const demand = { families: [4], mode: "redirect", interface: "eth0.10" } as const;

describe("settings of the host", () => {
  let folder: string;
  let journal: Journal;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-settings-"));
    journal = createJournal(folder);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are changed, and put back in the opposite order", async () => {
    const host = memoryHost({ [forwarding]: "0", [redirects]: "1" });
    expect(await prepareSettings(host, journal, demand)).toEqual({
      done: ["set net.ipv4.ip_forward from 0 to 1", "set net.ipv4.conf.eth0/10.send_redirects from 1 to 0"],
      problems: [],
    });
    expect([host.files.get(forwarding), host.files.get(redirects)]).toEqual(["1", "0"]);
    expect(await restoreSettings(host, journal)).toEqual({
      done: ["set net.ipv4.conf.eth0/10.send_redirects back to 1", "set net.ipv4.ip_forward back to 0"],
      problems: [],
    });
    expect([host.files.get(forwarding), host.files.get(redirects)]).toEqual(["0", "1"]);
    expect(await journal.read()).toBeUndefined();
  });

  it("are not touched twice, and keep their first value for the way back", async () => {
    const host = memoryHost({ [forwarding]: "0", [redirects]: "1" });
    await prepareSettings(host, journal, demand);
    expect(await prepareSettings(host, journal, demand)).toEqual({ done: [], problems: [] });
    await restoreSettings(host, journal);
    expect([host.files.get(forwarding), host.files.get(redirects)]).toEqual(["0", "1"]);
  });

  it("are noted before they are changed", async () => {
    const host = memoryHost({ [forwarding]: "0" });
    const noted: unknown[] = [];
    const watched = {
      ...host,
      write: async () => {
        noted.push(await journal.read());
      },
    };
    await prepareSettings(watched, journal, demand);
    expect(noted).toEqual([
      {
        ...{ boot: "boot", namespace: "net:[1]" },
        settings: [{ key: "net/ipv4/ip_forward", before: "0", set: "1", written: true }],
        tables: [],
      },
    ]);
  });

  it("say what the system does not allow", async () => {
    const host = memoryHost({ [forwarding]: "0" });
    const closed = { ...host, write: () => Promise.reject(new Error("EROFS: read-only file system")) };
    expect(await prepareSettings(closed, journal, demand)).toEqual({
      done: [],
      problems: ["net.ipv4.ip_forward stays 0: EROFS: read-only file system"],
    });
    expect(await restoreSettings(closed, journal)).toEqual({ done: [], problems: [] });
  });

  it("stay as they are where somebody else changed them since", async () => {
    const host = memoryHost({ [redirects]: "1", [forwarding]: "0" });
    await prepareSettings(host, journal, demand);
    host.files.set(redirects, "2");
    expect(await restoreSettings(host, journal)).toEqual({
      done: ["set net.ipv4.ip_forward back to 0"],
      problems: ["net.ipv4.conf.eth0/10.send_redirects is 2, not 0 as it was left: it stays"],
    });
    expect(host.files.get(redirects)).toBe("2");
  });

  it("stay as they are after another boot, or in another network namespace", async () => {
    const host = memoryHost({ [forwarding]: "0" });
    await prepareSettings(host, journal, demand);
    const rebooted = { ...host, identity: async () => ({ boot: "later", namespace: "net:[1]" }) };
    expect(await restoreSettings(rebooted, journal)).toMatchObject({ done: [] });
    expect(host.files.get(forwarding)).toBe("1");
    expect(await journal.read()).toBeUndefined();
  });

  it("stay noted while they may not be put back", async () => {
    const host = memoryHost({ [forwarding]: "0" });
    await prepareSettings(host, journal, demand);
    const closed = { ...host, write: () => Promise.reject(new Error("EROFS")) };
    expect((await restoreSettings(closed, journal)).problems).toEqual([
      "net.ipv4.ip_forward could not be set back to 0: EROFS",
    ]);
    expect((await restoreSettings(host, journal)).done).toEqual(["set net.ipv4.ip_forward back to 0"]);
    expect(await journal.read()).toBeUndefined();
  });

  it("bear an interface that is gone meanwhile", async () => {
    const host = memoryHost({ [redirects]: "1" });
    await prepareSettings(host, journal, demand);
    host.files.delete(redirects);
    expect(await restoreSettings(host, journal)).toEqual({ done: [], problems: [] });
  });

  it("are nothing to put back where nothing was noted", async () => {
    expect(await restoreSettings(memoryHost({}), journal)).toEqual({ done: [], problems: [] });
  });
});
