import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/load.js";
import { findRunningPlaces } from "../../src/config/running-places.js";
import { protocols } from "../../src/protocols/registry.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-places-"));
const none = join(folder, "none.json");
afterAll(() => rmSync(folder, { recursive: true }));

function sourcesOf(text: string, environment: Readonly<Record<string, string>> = {}) {
  const file = join(folder, "cloudtap.yaml");
  writeFileSync(file, text);
  return { file, optionsFile: none, environment };
}

describe("where a running program can be asked", () => {
  it.each([
    "",
    "data_dir: /var/lib/cloudtap\n",
    "web: { enabled: false }\n",
    "web: { listen: 8080 }\nmqtt: { url: mqtt://broker }\n",
    "web:\n  listen: 0.0.0.0:8099\n",
    '{"web": {"listen": "[::1]:8100"}, "data_dir": "relative/folder"}',
    "{ web: { listen: 127.0.0.1:0 } }",
  ])("is what the whole configuration says: %j", async (text) => {
    const sources = sourcesOf(text);
    const { configuration } = await loadConfiguration(sources, protocols);
    const { dataDir, web } = configuration;
    const expected = web === undefined ? { dataDir } : { dataDir, web: web.listen };
    expect(await findRunningPlaces(sources)).toEqual(expected);
  });

  it("is what the environment says", async () => {
    const sources = sourcesOf("data_dir: /a", { CLOUDTAP_DATA_DIR: "/b" });
    expect(await findRunningPlaces(sources)).toMatchObject({ dataDir: "/b" });
  });

  it("is found beside the Supervisor's options", async () => {
    const optionsFile = join(folder, "options.json");
    writeFileSync(optionsFile, "{}");
    expect(await findRunningPlaces({ optionsFile, environment: {} })).toEqual({
      ...{ dataDir: folder, web: { host: "127.0.0.1", port: 8099 } },
    });
    expect((await findRunningPlaces({ optionsFile: none, environment: {} })).dataDir).toBe(resolve("data"));
  });

  it.each(["[1, 2]", "web: 7", "web: { listen: [] }", "web: { listen: 'what ever' }"])(
    "is not looked for in what is no configuration: %s",
    async (text) => {
      expect(await findRunningPlaces(sourcesOf(text))).toMatchObject({ dataDir: resolve("data") });
    },
  );

  it("is not guessed where the file cannot be read", async () => {
    await expect(findRunningPlaces(sourcesOf("a: [1"))).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });
});
