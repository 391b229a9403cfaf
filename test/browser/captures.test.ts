import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser } from "./chromium.js";
import { openPage } from "./opened-page.js";
import { servePage } from "./page-server.js";
import { roofId } from "./sample/devices.js";
import { SampleSources } from "./sample/sources.js";
import { sampleCaptures } from "./sample/traffic.js";

describeInBrowser("captures", (browser) => {
  async function open(sources = new SampleSources()) {
    const served = await servePage(sources);
    onTestFinished(() => served.stop());
    const { page } = await openPage(browser(), served.url, { hash: "#/captures" });
    return { sources, page };
  }

  async function saved(page: Page, press: () => Promise<void>): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent("download"), press()]);
    return readFileSync(await download.path(), "utf8");
  }

  it("lists what goes on and what is kept, and warns of secrets", async () => {
    const { page } = await open();
    await page.getByText("A capture holds secrets").waitFor();
    expect(await page.getByText("A device whose traffic looks odd is captured by itself.").isVisible()).toBe(true);
    expect(await page.locator(".rows > li").first().textContent()).toMatch(
      /^envoyReason: anomalies5 min left \(until 14:36:00\)Stop$/,
    );
    const rows = page.getByRole("table", { name: "Files" }).locator("tbody tr");
    expect(await rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain("1.4\u202fMB21 Nov, 14:29");
    expect(await rows.first().getByText("being written").isVisible()).toBe(true);
    expect(await rows.nth(1).getByText("being written").isVisible()).toBe(false);
  });

  it("starts a capture of a device, shows it, and stops it", async () => {
    const { page, sources } = await open();
    await page.getByLabel("What").selectOption("Roof");
    await page.getByLabel("For how long").selectOption("1 hour");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("The capture of Roof has begun.").waitFor();
    const row = page.locator(".rows > li").filter({ hasText: "Roof" });
    await row.getByRole("button", { name: "Stop the capture of Roof" }).click();
    await page.getByText("The capture has ended.").waitFor();
    await row.waitFor({ state: "detached" });
    expect(sources.asked).toEqual([`capture ${roofId} 3600`, "stop c8"]);
  });

  it("hands out anonymized copies at once, and others only when that is meant", async () => {
    const { page, sources } = await open();
    const row = page.getByRole("table", { name: "Files" }).locator("tbody tr").nth(1);
    expect(await saved(page, () => row.getByRole("link", { name: /Anonymized/ }).click())).toBe("a capture");
    await row.getByRole("button", { name: /With secrets/ }).click();
    const question = page.getByRole("dialog", { name: "Download with all secrets?" });
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    await row.getByRole("button", { name: /With secrets/ }).click();
    expect(await saved(page, () => question.getByRole("button", { name: "Download with secrets" }).click())).toBe(
      "a capture",
    );
    const name = sampleCaptures.files[1]?.name;
    expect(sources.asked).toEqual([`file ${name} anonymized`, `file ${name} raw`]);
  });

  it("offers no raw copies where they are refused", async () => {
    const sources = new SampleSources();
    sources.capturesView = { ...sampleCaptures, rawRefused: true, problem: "no space left on the disk" };
    const { page } = await open(sources);
    await page.getByText("Only anonymized copies are handed out here").waitFor();
    expect(await page.getByRole("button", { name: /With secrets/ }).count()).toBe(0);
    expect(await page.getByText("Captures cannot be written: no space left on the disk").isVisible()).toBe(true);
  });

  it("says why a capture could not begin", async () => {
    const sources = new SampleSources();
    sources.startCapture = () => Promise.reject(new Error("not today"));
    const { page } = await open(sources);
    await page.getByRole("button", { name: "Start" }).click();
    await page
      .locator('.outcome[data-tone="bad"]')
      .getByText(/^Not done: .*Cloudtap says:/)
      .waitFor();
  });
});
