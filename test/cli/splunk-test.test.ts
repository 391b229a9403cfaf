import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeKeyPair } from "../integration/key-pair.js";
import { FakeCollector } from "../support/fake-collector.js";
import { runCommand } from "./test-context.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-splunk-test-"));
const relays = [{ name: "roof", protocol: "blueprint", upstream: "cloud.example.com:1" }];
let splunk: FakeCollector;

beforeEach(async () => {
  splunk = await FakeCollector.start();
});
afterEach(() => splunk.stop());
afterAll(() => rmSync(folder, { recursive: true }));

function splunkTest(given: object, environment: Readonly<Record<string, string>> = {}) {
  const file = join(folder, "cloudtap.yaml");
  writeFileSync(file, JSON.stringify({ data_dir: folder, relays, splunk: given }));
  return runCommand(["splunk-test", "--config", file], { environment });
}

describe("cloudtap splunk-test", () => {
  it("D31: sends one event with the configured address and token, and says that it arrived", async () => {
    const run = splunkTest({ url: splunk.url, token: "secret-token", source: "roof" });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain(`Splunk at ${splunk.url} accepted the test event.\n`);
    expect(run.err()).toBe("");
    expect(splunk.stored).toMatchObject([{ source: "roof", event: { kind: "test" } }]);
    expect(splunk.batches[0]?.headers.authorization).toBe("Splunk secret-token");
  });

  it("D27: takes address and token from the environment", async () => {
    const run = splunkTest({}, { CLOUDTAP_SPLUNK_URL: splunk.url, CLOUDTAP_SPLUNK_TOKEN: "from-environment" });
    expect(await run.exitCode).toBe(0);
    expect(splunk.batches[0]?.headers.authorization).toBe("Splunk from-environment");
  });

  it("says why Splunk did not take it, and exits with 1", async () => {
    splunk.reaction = { status: 403, body: { text: "Invalid token", code: 4 } };
    const run = splunkTest({ url: splunk.url, token: "secret-token" });
    expect(await run.exitCode).toBe(1);
    expect(run.out()).toBe("");
    expect(run.err()).toBe(
      `Splunk at ${splunk.url} did not take the test event: the token is not known (403 Invalid token).\nWhat helps: check splunk.token, or the file that splunk.token_file names.\n`,
    );
  });

  it("D29: says why a certificate is refused", async () => {
    const secure = await FakeCollector.start(makeKeyPair(folder, "splunk"));
    const refused = splunkTest({ url: secure.url, token: "secret-token" });
    expect(await refused.exitCode).toBe(1);
    expect(refused.err()).toContain("certificate is not trusted");
    expect(refused.err()).toContain("splunk.ca");
    const trusting = splunkTest({ url: secure.url, token: "secret-token", verify: false });
    expect(await trusting.exitCode).toBe(0);
    await secure.stop();
  });

  it("says that nothing listens there", async () => {
    const { url } = splunk;
    await splunk.stop();
    const run = splunkTest({ url, token: "secret-token" });
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("nothing listens at this address");
    await splunk.listen();
  });

  it.each([
    [{}, "neither splunk.url nor splunk.token or splunk.token_file is given"],
    [{ url: "http://splunk.example:8088" }, "there is a splunk.url, but no splunk.token or splunk.token_file"],
    [{ token: "secret-token" }, "there is a token, but splunk.url is not given"],
  ])("D27: says what is missing of %j, and exits with 2", async (given, missing) => {
    const run = splunkTest(given);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toBe(`cloudtap: Splunk is not configured: ${missing}\n`);
  });
});
