import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser } from "./chromium.js";
import { openPage } from "./opened-page.js";
import { servePage } from "./page-server.js";
import { envoyId, poolId, roofId, sampleNow, shedId } from "./sample/devices.js";
import { SampleSources } from "./sample/sources.js";

describeInBrowser("overview", (browser) => {
  async function open(sources = new SampleSources(), options: { readonly locale?: string } = {}) {
    const served = await servePage(sources);
    onTestFinished(() => served.stop());
    const { page } = await openPage(browser(), served.url, options);
    const card = (id: string) => page.locator(`article[data-device="${id}"]`);
    return { sources, page, card };
  }

  it("says in words how each device is, with the values that people want", async () => {
    const { page, card } = await open();
    expect(await page.locator(".lead").textContent()).toBe(
      "3 things need you. 7 devices report. 1 is asleep. 2 are silent.",
    );
    const roof = card(roofId);
    expect(await roof.locator(".pill").textContent()).toBe("Reports");
    expect(await roof.locator(".sentence").textContent()).toBe("It reports here and to its cloud.");
    const highlights = await roof.locator(".highlights > div").allTextContents();
    expect(highlights).toEqual([
      "Power412\u202fW",
      "Energy today1.92\u202fkWh",
      "Energy total1,284.3\u202fkWh",
      "Temperature31.4\u202f°C",
    ]);
    expect(await roof.locator("footer").textContent()).toMatch(/^Heard 1\d s ago.*Its cloud answers$/);
    expect(await card(poolId).locator(".sentence").textContent()).toContain("Cloudtap answers in its cloud's place");
  });

  it("draws a day's course, and says its figures to those who listen", async () => {
    const { card } = await open();
    const picture = card(roofId).getByRole("img");
    expect(await picture.getAttribute("aria-label")).toMatch(
      /^Power in the last 24 hours: lowest 0\u202fW, highest 5\d\d\u202fW, at last \d+\u202fW\.$/,
    );
    const line = (await picture.locator(".spark-line").getAttribute("d")) ?? "";
    expect(line.split("L").length).toBeGreaterThan(100);
  });

  it("says what is wrong and what to do, of the whole and of one device", async () => {
    const { page, card } = await open();
    const whole = page.locator("main .stack > .problems");
    expect(await whole.textContent()).toContain("The cloud of envoy does not answer (reports.enphaseenergy.com:443)");
    expect(await whole.textContent()).toContain("Mostly the internet connection is down");
    expect(await card(shedId).locator(".notice").textContent()).toContain(
      "Logger of the garden shed behind the old workshop has been silent since 21 Nov, 07:30.",
    );
    expect(await card(envoyId).locator(".notice").first().textContent()).toContain(
      "14 reports of Envoy 121203004567 wait for its cloud.",
    );
  });

  it("says a problem that it does not know in the server's words", async () => {
    const sources = new SampleSources();
    const problem = { code: "brand_new", severity: "error" as const, facts: {}, text: "Odd.", remedy: "Look." };
    sources.overviewView = { ...sources.overviewView, problems: [problem] };
    const { page } = await open(sources, { locale: "de" });
    const said = page.locator("main .stack > .problems .notice p");
    expect(await said.allTextContents()).toEqual(["Odd.", "Look."]);
    expect(await said.first().getAttribute("lang")).toBe("en");
  });

  it("lists the devices behind another one on its card", async () => {
    const { card } = await open();
    const rows = card(envoyId).locator(".behind > li");
    expect(await rows.count()).toBe(6);
    expect(await rows.nth(3).textContent()).toMatch(/^Microinverter 121204001003Silent0\u202fW26 h ago$/);
    expect(await card(envoyId).locator("summary").textContent()).toBe("6 devices behind it");
  });

  it("shows values as they come in", async () => {
    const { sources, page, card } = await open();
    await expect.poll(() => sources.watching).toBe(1);
    sources.tell("state", { device: roofId, values: { power: 455 }, lastSeen: sampleNow + 3_600_000 });
    await card(roofId).getByText("455").waitFor();
    expect(await card(roofId).locator("footer").textContent()).toContain("Heard just now");
    expect(await page.locator(".highlights").count()).toBeGreaterThan(0);
  });

  it("reads anew when a device comes", async () => {
    const { sources, page, card } = await open();
    await expect.poll(() => sources.watching).toBe(1);
    const [roof] = sources.overviewView.devices;
    if (roof === undefined) throw new Error("expected a device");
    const newcomer = { ...roof, id: "solarman_1", name: "Balcony" };
    sources.overviewView = { ...sources.overviewView, devices: [...sources.overviewView.devices, newcomer] };
    sources.tell("device", { device: "solarman_1", removed: false });
    await page.getByRole("link", { name: "Balcony" }).waitFor();
    expect(await card(roofId).count()).toBe(1);
  });

  it("shows where devices arrive, and where values go", async () => {
    const { page } = await open();
    const rows = page.locator(".connection");
    expect(await rows.count()).toBe(4);
    expect(await rows.nth(0).textContent()).toBe(
      "deyeFor Solarman loggers (Deye and others)Listens on 0.0.0.0:10000 · Passes on to 5406.deviceaccess.host:10000" +
        "The cloud answers; Cloudtap when it is away0 connections turned awayIn use: 2 connections open",
    );
    expect(await rows.nth(1).getByText("3 connections turned away").isVisible()).toBe(true);
    expect(await rows.nth(0).getByText("0 connections turned away").isVisible()).toBe(false);
    expect(await rows.nth(3).textContent()).toBe("MQTT brokermqtt://192.168.1.2:1883Connected");
  });

  it("leads to the set-up before the first device has called", async () => {
    const sources = new SampleSources();
    sources.overviewView = { ...sources.overviewView, devices: [], problems: [] };
    const { page } = await open(sources);
    await page.getByRole("heading", { name: "No device has called yet" }).waitFor();
    expect(await page.locator(".empty li").allTextContents()).toContain(
      "Waiting for Solarman loggers (Deye and others) on port 10000",
    );
    await page.getByRole("link", { name: "Set up a device" }).click();
    await page.getByRole("heading", { name: "Set-up", level: 1 }).waitFor();
  });

  it("says the same in German, with German numbers", async () => {
    const { card } = await open(new SampleSources(), { locale: "de" });
    expect(await card(roofId).locator(".sentence").textContent()).toBe("Es meldet sich hier und bei seiner Cloud.");
    expect(await card(roofId).locator(".highlights").textContent()).toContain("1.284,3\u202fkWh");
    expect(await card(roofId).locator("footer").textContent()).toMatch(/Gehört vor 1\d s/);
  });
});
