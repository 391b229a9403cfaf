import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/load.js";
import { protocols } from "./protocols.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-load-"));
const none = join(folder, "none.json");
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("loadConfiguration", () => {
  it("reads the file that was named, and the environment over it", async () => {
    const file = write("a.yaml", "log: { level: warn }\nmqtt: { url: 'mqtt://a' }\n");
    const environment = { CLOUDTAP_MQTT_URL: "mqtt://b" };
    const loaded = await loadConfiguration({ file, optionsFile: none, environment }, protocols);
    expect(loaded.configuration).toMatchObject({ log: { level: "warn" }, mqtt: { url: "mqtt://b" } });
    expect(loaded).toMatchObject({ file, variables: ["CLOUDTAP_MQTT_URL"] });
  });

  it("reads the Supervisor's options where no file is named, and keeps data beside them", async () => {
    const optionsFile = write("options.json", JSON.stringify({ log: { level: "debug" } }));
    const { configuration, file } = await loadConfiguration({ optionsFile, environment: {} }, protocols);
    expect(file).toBe(optionsFile);
    expect(configuration).toMatchObject({ log: { level: "debug" }, dataDir: folder });
  });

  it("takes the named file and not the options where there are both", async () => {
    const optionsFile = write("options.json", JSON.stringify({ log: { level: "debug" } }));
    const file = write("b.yaml", "");
    const { configuration } = await loadConfiguration({ file, optionsFile, environment: {} }, protocols);
    expect(configuration).toMatchObject({ log: { level: "info" }, dataDir: resolve("data") });
  });

  it("does without any file", async () => {
    const { configuration, file } = await loadConfiguration({ optionsFile: none, environment: {} }, protocols);
    expect(file).toBeUndefined();
    expect(configuration.relays.length).toBe(3);
  });

  it.each([
    ["is missing", none],
    ["is a folder", folder],
  ])("says so when the named file %s", async (_name, file) => {
    const loading = loadConfiguration({ file, optionsFile: none, environment: {} }, protocols);
    await expect(loading).rejects.toMatchObject({ code: "CONFIG_UNREADABLE", message: expect.stringContaining(file) });
  });

  it("refuses a file that is too large to be one", async () => {
    const file = write("large.yaml", `# ${"x".repeat(1024 * 1024)}`);
    const loading = loadConfiguration({ file, optionsFile: none, environment: {} }, protocols);
    await expect(loading).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });
});
