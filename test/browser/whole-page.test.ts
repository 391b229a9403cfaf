import type { Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser } from "./chromium.js";
import { openPage, settled } from "./opened-page.js";
import { misplaced, seriousFaults, walk } from "./page-checks.js";
import { servePage } from "./page-server.js";
import { startPrefixingProxy } from "./prefixing-proxy.js";
import { poolId, roofId, shedId } from "./sample/devices.js";
import { SampleSources } from "./sample/sources.js";
import { frameSession } from "./sample/traffic.js";

/** Every view, with all that it can show. */
const views: Readonly<Record<string, string>> = {
  overview: "#/",
  "a device": `#/device/${roofId}`,
  "a device that cannot be read": `#/device/${shedId}`,
  values: `#/device/${roofId}/values`,
  settings: `#/device/${poolId}/settings`,
  events: `#/device/${roofId}/events`,
  properties: `#/device/${poolId}/properties`,
  sessions: "#/sessions",
  frames: `#/session/${frameSession}`,
  captures: "#/captures",
  "set-up": "#/setup",
  privacy: "#/privacy",
  "nothing at all": "#/nowhere",
};

async function serve(sources = new SampleSources()) {
  const served = await servePage(sources);
  onTestFinished(() => served.stop());
  return served;
}

/** Opens what is closed at first, and asks what has to be asked, so that all of a view is looked at. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })");
  const kind = page.getByRole("radio").first();
  if ((await kind.count()) > 0) {
    await kind.check();
    await page.locator(".checks li").first().waitFor();
  }
}

describeInBrowser("page", (browser) => {
  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no serious fault for people with impairments, ${colorScheme}`, async () => {
      const { url } = await serve();
      const { page, go } = await openPage(browser(), url, { colorScheme, reducedMotion: "reduce" });
      const found: Record<string, readonly string[]> = {};
      for (const [name, hash] of Object.entries(views)) {
        await go(hash);
        await unfold(page);
        found[name] = await seriousFaults(page);
      }
      expect(found).toEqual(Object.fromEntries(Object.keys(views).map((name) => [name, []])));
    }, 120_000);
  }

  for (const [locale, colorScheme] of [
    ["en", "light"],
    ["de", "dark"],
  ] as const) {
    it(`keeps everything in its place at 390 px, ${locale} and ${colorScheme}`, async () => {
      const { url } = await serve();
      const narrow = { viewport: { width: 390, height: 844 }, locale, colorScheme };
      const { page, go } = await openPage(browser(), url, narrow);
      const found: Record<string, readonly string[]> = {};
      for (const [name, hash] of Object.entries(views)) {
        await go(hash);
        await unfold(page);
        found[name] = await misplaced(page);
      }
      expect(found).toEqual(Object.fromEntries(Object.keys(views).map((name) => [name, []])));
    }, 120_000);
  }

  it("keeps everything in its place on a desk", async () => {
    const { url } = await serve();
    const { page, go } = await openPage(browser(), url);
    const found: Record<string, readonly string[]> = {};
    for (const [name, hash] of Object.entries(views)) {
      await go(hash);
      await unfold(page);
      found[name] = await misplaced(page);
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(views).map((name) => [name, []])));
  });

  it("asks nobody but the host that it came from, and meets no error", async () => {
    const { url } = await serve();
    const opened = await openPage(browser(), url);
    for (const hash of Object.values(views)) await opened.go(hash);
    expect(opened.foreign).toEqual([]);
    expect(opened.faults).toEqual([]);
  });

  it("works under a path, as Home Assistant serves it", async () => {
    const sources = new SampleSources();
    const { port } = await serve(sources);
    const url = await startPrefixingProxy(port, "/api/hassio_ingress/aB3-token_x");
    const opened = await openPage(browser(), url);
    for (const hash of Object.values(views)) await opened.go(hash);
    await opened.go("#/");
    await expect.poll(() => sources.watching).toBe(1);
    sources.tell("state", { device: roofId, values: { power: 467 }, lastSeen: Date.UTC(2026, 10, 21, 13, 30) });
    await opened.page.getByText("467").waitFor();
    await opened.page.getByRole("link", { name: "Roof" }).click();
    await opened.page.getByRole("heading", { name: "Roof", level: 1 }).waitFor();
    expect(new URL(opened.page.url()).pathname).toBe("/api/hassio_ingress/aB3-token_x/");
    expect(opened.foreign).toEqual([]);
    expect(opened.faults).toEqual([]);
  });

  it("is walked by keyboard: past the menu, through the menu, into a device and back", async () => {
    const { url } = await serve();
    const { page } = await openPage(browser(), url);
    expect(await walk(page, 3)).toEqual(["a Skip to content", "a Cloudtap", "a Overview"]);
    await page.reload();
    await settled(page);
    expect(await walk(page, 1)).toEqual(["a Skip to content"]);
    await page.keyboard.press("Enter");
    expect(await walk(page, 1)).toEqual(["a Roof"]);
    await page.keyboard.press("Enter");
    const heading = page.getByRole("heading", { name: "Roof", level: 1 });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await walk(page, 2)).toEqual(["a Now", "a Values"]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "All values" }).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  });

  it("shows where the focus is", async () => {
    const { url } = await serve();
    const { page } = await openPage(browser(), url);
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      expect(outline, await page.evaluate("document.activeElement.outerHTML")).not.toBe("none");
    }
  });

  it("speaks the browser's language, and the one that is chosen from then on", async () => {
    const { url } = await serve();
    const { page } = await openPage(browser(), url, { locale: "de-AT" });
    await page.getByRole("heading", { name: "Übersicht", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    await page.getByLabel("Sprache").selectOption("English");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("takes the look of the system, and the one that is chosen from then on", async () => {
    const { url } = await serve();
    const { page } = await openPage(browser(), url, { colorScheme: "dark" });
    const background = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(await background()).toBe("rgb(15, 20, 24)");
    await page.getByLabel("Appearance").selectOption("Light");
    expect(await background()).toBe("rgb(244, 246, 247)");
    await page.reload();
    await settled(page);
    expect(await background()).toBe("rgb(244, 246, 247)");
  });

  it("leaves nothing behind when views are left", async () => {
    const { url } = await serve();
    const { page } = await openPage(browser(), url);
    const inspector = await page.context().newCDPSession(page);
    const count = async () => {
      await inspector.send("HeapProfiler.collectGarbage");
      const { nodes, jsEventListeners } = await inspector.send("Memory.getDOMCounters");
      return { nodes, jsEventListeners };
    };
    /** How many elements the views had, all together. */
    const round = async () => {
      let elements = 0;
      for (const hash of Object.values(views)) {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await settled(page, hash);
        elements += Number(await page.evaluate("document.querySelectorAll('main *').length"));
      }
      return elements;
    };
    const ofOneRound = await round();
    const before = await count();
    for (let rounds = 0; rounds < 5; rounds += 1) await round();
    const after = await count();
    // A view that was left may still be held for a moment, but not those of five rounds.
    expect(after.nodes - before.nodes).toBeLessThan(ofOneRound);
    expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(100);
  }, 120_000);

  it("says that Cloudtap is away, and is up to date when it is back", async () => {
    const sources = new SampleSources();
    const served = await servePage(sources);
    const { page } = await openPage(browser(), served.url);
    await expect.poll(() => sources.watching).toBe(1);
    await served.stop();
    await page.getByText("The connection to Cloudtap is interrupted").waitFor();
    sources.overviewView = { ...sources.overviewView, problems: [] };
    const again = await servePage(sources, served.port);
    onTestFinished(() => again.stop());
    await page.getByText("Connected again.").waitFor();
    await page.getByText("The cloud of envoy does not answer").waitFor({ state: "detached" });
    expect(await page.getByText("The connection to Cloudtap is interrupted").isVisible()).toBe(false);
  });
});
