import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser } from "./chromium.js";
import { openPage } from "./opened-page.js";
import { servePage } from "./page-server.js";
import { poolId, roofId, sampleNow, shedId } from "./sample/devices.js";
import { SampleSources } from "./sample/sources.js";

/** How many points of a chart's canvas are not empty. */
const drawnScript = `(() => {
  const canvas = document.querySelector(".chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0) drawn += 1;
  return drawn;
})()`;

describeInBrowser("device", (browser) => {
  async function open(id: string, part = "") {
    const sources = new SampleSources();
    const served = await servePage(sources);
    onTestFinished(() => served.stop());
    const opened = await openPage(browser(), served.url, {
      ...{ hash: `#/device/${id}${part}`, permissions: ["clipboard-read", "clipboard-write"] },
      viewport: { width: 1280, height: 1400 },
    });
    await expect.poll(() => sources.watching).toBe(1);
    return { ...opened, sources };
  }

  it("shows what the device is and what it says now", async () => {
    const { page } = await open(roofId);
    expect(await page.title()).toBe("Roof – Cloudtap");
    expect(await page.locator("main .highlights").first().textContent()).toContain("412");
    const facts = await page.locator(".facts > div").allTextContents();
    expect(facts).toContain("FirmwareMW3_16U_5406_2.32-D1");
    expect(facts).toContain("Usually callsevery 5 min");
    expect(facts).toContain("Cloud last answered21 Nov, 14:29");
  });

  it("draws the last 48 hours of the values that are chosen, with their figures in a table", async () => {
    const { page } = await open(roofId);
    const chart = page.locator(".chart canvas");
    await chart.waitFor();
    expect(await page.evaluate(drawnScript)).toBeGreaterThan(2000);
    const rows = page.getByRole("table", { name: "Lowest, highest and newest" }).locator("tbody tr");
    expect(await rows.allTextContents()).toEqual([expect.stringMatching(/^Power\d+\u202fW0\u202fW5\d\d\u202fW$/)]);
    await page.getByLabel("Grid voltage").check();
    await expect.poll(() => chart.count()).toBe(2);
    expect(await rows.count()).toBe(2);
    expect(await page.getByRole("img", { name: "Chart of Grid voltage." }).count()).toBe(1);
    await page.getByLabel("Power", { exact: true }).uncheck();
    await expect.poll(() => chart.count()).toBe(1);
  });

  it("zooms by keys and by the pointer, and shows all again", async () => {
    const { page } = await open(roofId);
    await page.locator(".chart canvas").waitFor();
    const table = page.getByRole("table", { name: "Lowest, highest and newest" });
    const whole = await table.textContent();
    await page.getByRole("button", { name: "6 h", exact: true }).press("Enter");
    await expect.poll(() => table.textContent()).not.toBe(whole);
    const six = await table.textContent();
    await page.getByRole("button", { name: "Zoom in" }).press("Enter");
    await page.getByRole("button", { name: "Earlier" }).press("Enter");
    await expect.poll(() => table.textContent()).not.toBe(six);
    const box = await page.locator(".u-over").boundingBox();
    if (box === null) throw new Error("expected a chart");
    await page.mouse.dblclick(box.x + 50, box.y + 50);
    await expect.poll(() => table.textContent()).toBe(whole);
    await page.mouse.move(box.x + 10, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => table.textContent()).not.toBe(whole);
    expect(await page.locator('button[aria-pressed="true"]').count()).toBe(0);
  });

  it("shows energy by day, as bars and as a table", async () => {
    const { page } = await open(roofId);
    const bars = page.locator(".bars");
    await bars.waitFor();
    expect(await bars.getAttribute("aria-label")).toMatch(/in 29 days, most on 27 Oct: 3\.41\u202fkWh\.$/);
    expect(await bars.locator(".bar").count()).toBe(30);
    expect(await bars.locator(".bar-fill[data-partial]").count()).toBe(2);
    await page.getByText("As a table").click();
    const rows = page.getByRole("table", { name: "Energy by day" }).locator("tbody tr");
    expect(await rows.first().textContent()).toBe("Sat 21 Nov1.92\u202fkWh (not complete)");
    expect(await rows.nth(18).textContent()).toMatch(/–$/);
  });

  it("lists all values with their age, how often they came and changed", async () => {
    const { page } = await open(roofId, "/values");
    const rows = page.getByRole("table", { name: "All values" }).locator("tbody tr");
    expect(await rows.count()).toBe(13);
    expect(await rows.first().textContent()).toMatch(/^Power ?power412\u202fW1\d s128 times965 min ago$/);
    expect(await rows.nth(10).textContent()).toContain("no problem");
    await page.getByLabel("Filter values").fill("ENERGY to");
    expect(await rows.count()).toBe(2);
    expect(await page.getByText("2 of 13 values").isVisible()).toBe(true);
    await page.getByLabel("Filter values").fill("nothing of the kind");
    expect(await page.getByText("Nothing matches the filter.").isVisible()).toBe(true);
  });

  it("shows a value the moment it comes", async () => {
    const { page, sources } = await open(roofId, "/values");
    sources.tell("state", { device: roofId, values: { power: 987 }, lastSeen: sampleNow });
    await page.getByRole("row", { name: /Power/ }).getByText("987").waitFor();
  });

  it("writes a setting, and shows what became of it", async () => {
    const { page, sources } = await open(poolId, "/settings");
    const row = page.locator('[data-key="humidity_setpoint"]');
    await row.getByRole("spinbutton", { name: "Room humidity setpoint" }).fill("55");
    await row.getByRole("button", { name: /Write/ }).click();
    await row.getByText("Done: the device has 55%.").waitFor();
    expect(sources.asked).toEqual([`write ${poolId} humidity_setpoint 55`]);
    await page.locator('[data-key="blower_mode"]').getByRole("combobox", { name: "Blower mode" }).selectOption("Off");
    await page.locator('[data-key="blower_mode"]').getByRole("button").click();
    await page.getByText("Done: the device has Off.").waitFor();
    await page.locator('[data-key="restart"]').getByRole("button", { name: "Do it: Restart" }).click();
    await page.locator('[data-key="restart"]').getByText("Done.").waitFor();
  });

  it("lets nobody send what is out of range, and says why the device refused", async () => {
    const { page, sources } = await open(poolId, "/settings");
    const row = page.locator('[data-key="humidity_setpoint"]');
    const input = row.getByRole("spinbutton", { name: "Room humidity setpoint" });
    await input.fill("99");
    await row.getByRole("button", { name: /Write/ }).click();
    expect(sources.asked).toEqual([]);
    await input.evaluate((element) => element.removeAttribute("max"));
    await row.getByRole("button", { name: /Write/ }).click();
    await row.getByText("Not done: 99 is above the highest value, 65").waitFor();
  });

  it("has a field or a choice for every kind of setting", async () => {
    const { page, sources } = await open(poolId, "/settings");
    const date = page.locator('[data-key="filter_date"]');
    await date.getByRole("textbox", { name: "Filter date" }).fill("2026-11-21");
    await date.getByRole("button", { name: /Write/ }).click();
    await date.locator(".outcome[data-tone]").waitFor();
    expect(sources.asked.at(-1)).toContain("2026-11-21");
    const kinds = await page.locator(".settings").getByRole("combobox").count();
    expect(kinds).toBe(2);
  });

  it("says how settings are switched on where they are not", async () => {
    const { page } = await open(roofId, "/settings");
    await page.getByText("switched on with “control: true” for the relay deye").waitFor();
  });

  it("lists properties, raw and decoded, and copies them as Markdown", async () => {
    const { page } = await open(poolId, "/properties");
    const rows = page.getByRole("table", { name: "Properties" }).locator("tbody tr");
    expect(await rows.first().textContent()).toBe("0x0600Room humidityfloat54.2%4258cccd4,128611");
    await page.getByLabel("Filter properties").fill("0x2003");
    expect(await rows.count()).toBe(1);
    await page.getByRole("button", { name: "Copy as Markdown" }).click();
    await page.getByText("Copied.").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toContain("| 0x0600 | Room humidity |");
  });

  it("lists what happened, and what happens", async () => {
    const { page, sources } = await open(roofId, "/events");
    const items = page.locator(".events > li");
    expect(await items.count()).toBe(3);
    expect(await items.first().textContent()).toBe(
      "21 Nov, 14:10Command of the cloudcloud set active power limit to 80 %classespowerblockedyesreasonprotect",
    );
    sources.tell("event", { device: roofId, at: sampleNow, type: "cloud_mode", attributes: { mode: "local" } });
    await page.getByText("Another cloud mode").waitFor();
    expect(await items.count()).toBe(4);
  });

  it("has a device read again that refused the certificate", async () => {
    const { page, sources } = await open(shedId);
    await page.getByRole("button", { name: "Read again" }).click();
    await page.getByText("Its next connection is opened again.").waitFor();
    expect(sources.asked).toEqual([`forget ${shedId}`]);
  });

  it("says that a device is not there", async () => {
    const { page } = await open("solarman_0");
    await page.getByText("There is no such device, or it is gone.").waitFor();
  });
});
