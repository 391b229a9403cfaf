import type { Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser } from "./chromium.js";
import { openPage } from "./opened-page.js";
import { servePage } from "./page-server.js";
import { sampleNow } from "./sample/devices.js";
import { SampleSources } from "./sample/sources.js";
import { frameSession, sampleFrame, sampleSessions } from "./sample/traffic.js";

describeInBrowser("sessions and frames", (browser) => {
  async function open(hash: string, sources = new SampleSources()) {
    const served = await servePage(sources);
    onTestFinished(() => served.stop());
    const { page } = await openPage(browser(), served.url, { hash });
    await expect.poll(() => sources.wishes.some(({ sessions }) => sessions)).toBe(true);
    return { sources, page };
  }

  const openFrames = () => open(`#/session/${frameSession}`);
  const frames = (page: Page) => page.locator(".frames > li");
  const lit = (page: Page) => page.locator(".hex-digits .lit");

  it("lists sessions with both legs, bytes and age, and why the last ones were closed", async () => {
    const { page } = await open("#/sessions");
    const rows = page.getByRole("table", { name: "Open" }).locator("tbody tr");
    await expect.poll(() => rows.first().textContent()).toContain("Roof");
    expect(await rows.first().textContent()).toBe(
      "Roofdeye192.168.1.50:49152not encrypted47.88.8.200:10000not encrypted" +
        "14.8\u202fkB from the device3.2\u202fkB from the cloud6 0 oddities50 min",
    );
    expect(await rows.nth(1).getByText("2 oddities").isVisible()).toBe(true);
    const closed = page.getByRole("table", { name: "Closed" }).locator("tbody tr");
    expect(await closed.first().textContent()).toMatch(/2 h 59 min agoEnded by the device, after 12 s$/);
    expect(await closed.nth(1).textContent()).toMatch(/Cloud not reached by Cloudtap, after 0 s$/);
    await page.getByLabel("Filter sessions").fill("192.168.1.60");
    expect(await rows.count()).toBe(0);
    expect(await closed.count()).toBe(1);
  });

  it("follows sessions as they go on and end", async () => {
    const { page, sources } = await open("#/sessions");
    const [session] = sampleSessions.open;
    if (session === undefined) throw new Error("expected a session");
    sources.tell("session", { ...session, frames: 77 });
    await page.getByRole("table", { name: "Open" }).getByText("77", { exact: true }).waitFor();
    const closed = { at: sampleNow, by: "cloud" as const, how: "reset", detail: "the cloud reset it" };
    sources.tell("session", { ...session, frames: 78, closed });
    await page.getByRole("table", { name: "Closed" }).getByText("Broken off by the cloud, after 50 min").waitFor();
    expect(await page.getByText("2 open").isVisible()).toBe(true);
  });

  it("shows a frame's bytes beside its fields, and marks what changed", async () => {
    const { page } = await openFrames();
    expect(await frames(page).count()).toBe(6);
    await frames(page).nth(1).click();
    await page.getByRole("heading", { name: "Frame 5" }).waitFor();
    expect(await page.locator(".frame-detail").textContent()).toContain("4 bytes differ from frame 3");
    expect(await page.locator(".hex-digits .changed").allTextContents()).toEqual(["05", "7d", "95", "b9"]);
    expect(await page.locator(".hex-row").first().locator(".hex-digits").textContent()).toBe(
      "a5 23 00 10 42 05 00 4e 1c ab a1 00 7d 05 00 00",
    );
    expect(await page.locator(".fields li").nth(6).textContent()).toBe("power405 W");
  });

  it("names the field under the pointer, and lights its bytes up, both ways", async () => {
    const { page } = await openFrames();
    await frames(page).nth(1).click();
    await page.locator('.hex-digits [data-at="21"]').hover();
    expect(await page.locator(".pointed").textContent()).toBe("Bytes 20 to 23: power = 405 W");
    expect(await page.locator(".fields .lit").textContent()).toBe("power405 W");
    expect(await lit(page).allTextContents()).toEqual(["95", "01 00 00"]);
    await page.locator(".fields li").nth(7).hover();
    expect(await page.locator(".pointed").textContent()).toBe("Bytes 24 to 25: grid_voltage = 232.4 V");
    expect(await lit(page).allTextContents()).toEqual(["14 09"]);
    await page.locator('.hex-digits [data-at="28"]').hover();
    expect(await page.locator(".pointed").textContent()).toBe("Bytes 28 to 31: no known field");
  });

  it("does all that by keys alone", async () => {
    const { page } = await openFrames();
    const list = page.getByRole("listbox", { name: "Frames" });
    await list.focus();
    await list.press("ArrowDown");
    await page.getByRole("heading", { name: "Frame 5" }).waitFor();
    await list.press("End");
    await page.getByRole("heading", { name: "Frame 1" }).waitFor();
    const hex = page.getByLabel("Bytes of the frame");
    await hex.focus();
    for (const key of ["Home", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"])
      await hex.press(key);
    expect(await page.locator(".pointed").textContent()).toBe("Bytes 20 to 23: power = 401 W");
    expect(await page.locator(".hex-cursor").isVisible()).toBe(true);
    const fields = page.getByRole("listbox", { name: "Fields" });
    await fields.focus();
    await fields.press("Home");
    await fields.press("ArrowDown");
    expect(await page.locator(".pointed").textContent()).toBe("Bytes 1 to 2: payload_length = 35");
    expect(await lit(page).allTextContents()).toEqual(["23 00"]);
  });

  it("shows frames as they pass, the newest in full, until one is chosen", async () => {
    const { page, sources } = await openFrames();
    await expect.poll(() => sources.wishes.some(({ session }) => session === frameSession)).toBe(true);
    sources.tell("frame", sampleFrame(7, 733));
    await frames(page).nth(6).waitFor();
    await page.getByRole("heading", { name: "Frame 7" }).waitFor();
    await frames(page).nth(2).click();
    await page.getByRole("heading", { name: "Frame 5" }).waitFor();
    sources.tell("frame", sampleFrame(8, 0));
    await frames(page).nth(7).waitFor();
    expect(await page.getByRole("heading", { name: "Frame 5" }).isVisible()).toBe(true);
    await page.getByRole("button", { name: "Show the newest" }).click();
    await page.getByRole("heading", { name: "Frame 8" }).waitFor();
  });

  it("stands still while it is paused, and catches up", async () => {
    const { page, sources } = await openFrames();
    await expect.poll(() => sources.wishes.some(({ session }) => session === frameSession)).toBe(true);
    await page.getByRole("button", { name: "Pause" }).click();
    sources.tell("frame", sampleFrame(7, 1));
    sources.tell("frame", sampleFrame(8, 1));
    await page.getByText("Paused. 2 new frames wait.").waitFor();
    expect(await frames(page).count()).toBe(6);
    await page.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => frames(page).count()).toBe(8);
  });

  it("filters by words, by fields and by direction", async () => {
    const { page } = await openFrames();
    await page.getByLabel("Filter frames").fill("acknowledgement");
    await expect.poll(() => frames(page).count()).toBe(3);
    await page.getByLabel("Filter frames").fill("power 403");
    await expect.poll(() => frames(page).count()).toBe(1);
    await page.getByLabel("Filter frames").fill("");
    await page.getByLabel("Direction").selectOption("To the device");
    await expect.poll(() => frames(page).count()).toBe(3);
  });

  it("keeps no more than 500 frames, and is drawn at most once for many that come at once", async () => {
    const sources = new SampleSources();
    sources.frameViews = Array.from({ length: 200 }, (_none, index) => sampleFrame(index + 1, index));
    const { page } = await open(`#/session/${frameSession}`, sources);
    await expect.poll(() => sources.wishes.some(({ session }) => session === frameSession)).toBe(true);
    await expect.poll(() => frames(page).count()).toBe(200);
    await page.evaluate(`(() => {
      window.moments = 0;
      new MutationObserver(() => { window.moments += 1; }).observe(document.querySelector(".frames"), { childList: true });
    })()`);
    for (let number = 201; number <= 800; number += 1) sources.tell("frame", sampleFrame(number, number));
    await page.locator("#frame-800").waitFor();
    expect(await frames(page).count()).toBe(500);
    expect(await page.locator("#frame-300").count()).toBe(0);
    expect(Number(await page.evaluate("window.moments"))).toBeLessThan(60);
  });

  it("saves what is kept", async () => {
    const { page } = await openFrames();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Save as pcapng" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.pcapng$/);
    expect(await download.failure()).toBeNull();
  });
});
