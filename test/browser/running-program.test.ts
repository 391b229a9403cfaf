import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeviceView, OverviewView, SessionsView } from "../../src/web/api-types.js";
import { cloudtapCommand, Program, temporaryFolder } from "../integration/program.js";
import { freePort } from "../support/mosquitto.js";
import { describeInBrowser } from "./chromium.js";
import { openPage, settled } from "./opened-page.js";
import { startPrefixingProxy } from "./prefixing-proxy.js";

const token = "c0ffee-not-to-be-shown";
const inverter = "solarman_2712345678";
const unit = "websentry_0090c2000000";

/** The compiled program with a simulated device and cloud of each kind, and its page in a real Chromium. */
describeInBrowser("the page of a running Cloudtap", (browser) => {
  const folder = temporaryFolder();
  const players: ReturnType<typeof spawn>[] = [];
  let program: Program;
  let url = "";

  beforeAll(async () => {
    const [web, solarman, envoy] = await Promise.all([freePort(), freePort(), freePort()]);
    url = `http://127.0.0.1:${web}/`;
    play("simulate-cloud", "solarman", "--listen", `127.0.0.1:${solarman}`);
    play("simulate-cloud", "envoy", "--listen", `127.0.0.1:${envoy}`);
    program = await Program.start({
      folder: folder.path,
      relays: [
        { name: "roof", protocol: "solarman", upstream: `127.0.0.1:${solarman}` },
        { name: "pool", protocol: "websentry", cloud: "local", control: true },
        { name: "gateway", protocol: "envoy", upstream: `127.0.0.1:${envoy}` },
      ],
      extra: {
        web: { listen: `127.0.0.1:${web}` },
        splunk: { url: "http://127.0.0.1:9/", token },
      },
    });
    const towards = (relay: string) => ["--target", `127.0.0.1:${program.port(relay)}`];
    play(
      "simulate",
      "solarman",
      ...towards("roof"),
      "--interval",
      "0.5",
      "--option",
      "speed=600",
      "--option",
      "start=8",
    );
    play("simulate", "websentry", ...towards("pool"), "--interval", "1");
    play("simulate", "envoy", ...towards("gateway"), "--interval", "2", "--option", "inverters=2");
    // Two for the Envoy's own inverters.
    await program.waitForLogs("new device", 5);
  });

  afterAll(async () => {
    for (const player of players) player.kill("SIGTERM");
    await program?.end();
    folder.remove();
  });

  function play(...words: readonly string[]): void {
    const [command, args] = cloudtapCommand(...words);
    players.push(spawn(command, [...args], { stdio: "ignore" }));
  }

  async function read<T>(path: string): Promise<T> {
    const answer: T = JSON.parse(await (await fetch(new URL(path, url))).text());
    return answer;
  }

  /** As it is seen. */
  const textOf = async (page: Page): Promise<string> => (await page.locator("main").allInnerTexts()).join();
  const patiently = { timeout: 20_000 };

  async function shows(page: Page, pattern: RegExp): Promise<void> {
    await expect.poll(() => textOf(page), patiently).toMatch(pattern);
  }

  /** Nobody loads it anew meanwhile. */
  async function changes(page: Page): Promise<void> {
    const before = await textOf(page);
    await expect.poll(() => textOf(page), patiently).not.toBe(before);
  }

  it("shows each device with the figures of the API, and goes on by itself", async () => {
    const { page, foreign, faults } = await openPage(browser(), url);
    const { devices } = await read<OverviewView>("api/overview");
    for (const { name } of devices) await shows(page, new RegExp(name));
    const energy = devices.find(({ id }) => id === inverter)?.highlights.find(({ key }) => key === "energy_total");
    expect(await textOf(page)).toContain(`${energy?.value}`);
    await changes(page);
    expect({ foreign, faults }).toEqual({ foreign: [], faults: [] });
  });

  it("draws the last hours of a device, and lists all its values", async () => {
    const { page, go, foreign, faults } = await openPage(browser(), url, { hash: `#/device/${inverter}` });
    await page.locator(".chart canvas").first().waitFor();
    const { values } = await read<DeviceView>(`api/devices/${inverter}`);
    await go(`#/device/${inverter}/values`);
    const rows = await page.locator("main table tbody tr").count();
    expect(rows).toBe(values.length);
    await shows(page, /Grid frequency/);
    expect({ foreign, faults }).toEqual({ foreign: [], faults: [] });
  });

  it("shows frames as they pass, with names for their bytes, and saves them for Wireshark", async () => {
    const { open } = await read<SessionsView>("api/sessions");
    const session = open.find(({ relay }) => relay === "roof");
    const { page, faults } = await openPage(browser(), url, { hash: `#/session/${session?.id}` });
    await changes(page);
    await shows(page, /logger_serial/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page
        .getByRole("link", { name: "Save as pcapng" })
        .or(page.getByRole("button", { name: "Save as pcapng" }))
        .click(),
    ]);
    const file = join(folder.path, "frames.pcapng");
    await download.saveAs(file);
    expect(readFileSync(file).subarray(0, 4).toString("hex")).toBe("0a0d0d0a");
    expect(decode(file)).toContain("solarman");
    expect(faults).toEqual([]);
  });

  it("takes a capture, which downloads anonymized", async () => {
    const { page, faults } = await openPage(browser(), url, { hash: "#/captures" });
    await page.getByLabel("What").selectOption("roof");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await shows(page, /has begun/);
    const link = page.getByRole("link", { name: /^Anonymized/ }).first();
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toMatch(/^cloudtap-.*\.pcapng$/);
    const file = join(folder.path, "capture.pcapng");
    await download.saveAs(file);
    const bytes = readFileSync(file).toString("latin1");
    expect(bytes).toContain("anonymized copy");
    expect(decode(file)).toContain("solarman");
    expect(decode(file)).not.toContain("2712345678");
    await page.getByRole("button", { name: /Stop the capture/ }).click();
    await shows(page, /Nothing is captured/);
    expect(faults).toEqual([]);
  }, 60_000);

  it("writes a setting, and shows what the device made of it", async () => {
    const { page, faults } = await openPage(browser(), url, { hash: `#/device/${unit}/settings` });
    const row = page.locator('li[data-key="humidity_setpoint"]');
    const input = row.locator("input");
    await input.fill("55");
    await row.getByRole("button").click();
    await row.locator('.outcome[data-tone="ok"]').waitFor();
    const { values } = await read<DeviceView>(`api/devices/${unit}`);
    expect(values.find(({ key }) => key === "humidity_setpoint")?.value).toBe(55);
    await row.locator("span.hint", { hasText: "55" }).first().waitFor();
    expect(faults).toEqual([]);
  });

  it("turns the checklist green when packets arrive", async () => {
    const { page, faults } = await openPage(browser(), url, { hash: "#/setup" });
    await page.getByRole("radio", { name: /Solar logger/ }).check();
    await shows(page, /values are understood/);
    await shows(page, /Done: the device is here/);
    expect(faults).toEqual([]);
  });

  it("tells whom a device told what", async () => {
    const { page, faults } = await openPage(browser(), url, { hash: "#/privacy" });
    await shows(page, /127\.0\.0\.1/);
    await page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })");
    await shows(page, /Energy total/);
    await shows(page, /tells nobody but Cloudtap/);
    expect(faults).toEqual([]);
  });

  it("is the same under a path, as Home Assistant gives it", async () => {
    const proxied = await startPrefixingProxy(Number(new URL(url).port), "/api/hassio_ingress/T0ken");
    const { page, foreign, faults, go } = await openPage(browser(), proxied);
    await shows(page, /Deye inverter/);
    await changes(page);
    for (const hash of ["#/sessions", "#/captures", "#/setup", "#/privacy", `#/device/${inverter}`]) {
      await go(hash);
      await settled(page);
    }
    expect({ foreign, faults }).toEqual({ foreign: [], faults: [] });
  });

  it("shows no secret, nor does the API or the log", async () => {
    const paths = ["overview", "sessions", "captures", "setup", "privacy", `devices/${inverter}`, `devices/${unit}`];
    const answers = await Promise.all(
      [...paths.map((path) => `api/${path}`), "metrics", "health"].map(async (path) =>
        (await fetch(new URL(path, url))).text(),
      ),
    );
    expect(answers.every((answer) => answer.length > 10)).toBe(true);
    expect([...answers, JSON.stringify(program.logs)].filter((text) => text.includes(token))).toEqual([]);
  });

  function decode(file: string): string {
    const [command, args] = cloudtapCommand("decode", file);
    const { stdout } = spawnSync(command, [...args], { encoding: "utf8" });
    return stdout;
  }
});
