// `npm run screenshots -- [URL] [FOLDER]`: pictures of each view of a running page, into docs/images; without a URL, of sample data.
// Needs Chromium and what `npm run build` makes.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { DeviceSummary, FramesView, OverviewView, SessionsView, SessionView } from "../src/web/api-types.js";

import { servePage } from "../test/browser/page-server.js";
import { SampleSources } from "../test/browser/sample/sources.js";

const [url, folder = join("docs", "images")] = process.argv.slice(2);

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1280, height: 860 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2 },
};

/** A view, and what makes it worth looking at. */
interface Shot {
  readonly name: string;
  readonly hash: string;
  prepare?(page: Page): Promise<void>;
}

function findChromium(): string {
  const folders = (process.env.PATH ?? "").split(":");
  const found = folders.map((path) => join(path, "chromium")).find((path) => existsSync(path));
  if (found === undefined) throw new Error("expected chromium on the path");
  return found;
}

async function read<T>(base: string, path: string): Promise<T> {
  const answer = await fetch(new URL(path, base));
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  const body: T = JSON.parse(await answer.text());
  return body;
}

/** The device that has most to show. */
function richest(devices: readonly DeviceSummary[]): DeviceSummary | undefined {
  const ranked = devices.filter(({ via }) => via === undefined);
  return ranked.toSorted((left, right) => right.highlights.length - left.highlights.length)[0];
}

/** Of a few sessions the one of which most frames are kept. */
async function busiest(base: string, sessions: readonly SessionView[]): Promise<SessionView | undefined> {
  const kept = await Promise.all(
    sessions.slice(0, 20).map(async (session) => {
      const { frames } = await read<FramesView>(base, `api/sessions/${encodeURIComponent(session.id)}/frames`);
      return { session, count: frames.length };
    }),
  );
  return kept.toSorted((left, right) => right.count - left.count)[0]?.session;
}

async function shotsOf(base: string): Promise<readonly Shot[]> {
  const { devices } = await read<OverviewView>(base, "api/overview");
  const { open, closed } = await read<SessionsView>(base, "api/sessions");
  const device = richest(devices);
  const session = await busiest(base, [...open, ...closed]);
  const id = device === undefined ? "" : encodeURIComponent(device.id);
  // One that can be written, and has a table of properties.
  const unit = encodeURIComponent(devices.find(({ protocol }) => protocol === "websentry")?.id ?? "");
  const ofDevice: readonly Shot[] = [
    { name: "device", hash: `#/device/${id}`, prepare: (page) => page.locator(".u-over").first().waitFor() },
    { name: "device-values", hash: `#/device/${id}/values` },
    { name: "device-settings", hash: `#/device/${unit}/settings` },
    { name: "device-events", hash: `#/device/${id}/events` },
    { name: "device-properties", hash: `#/device/${unit}/properties` },
  ];
  return [
    { name: "overview", hash: "#/" },
    ...(device === undefined ? [] : ofDevice),
    { name: "sessions", hash: "#/sessions" },
    ...(session === undefined
      ? []
      : [{ name: "frames", hash: `#/session/${encodeURIComponent(session.id)}`, prepare: chooseFrame }]),
    { name: "captures", hash: "#/captures" },
    { name: "setup", hash: "#/setup", prepare: (page) => page.getByRole("radio").first().check() },
    { name: "privacy", hash: "#/privacy" },
  ];
}

/** A frame that stands still, with one field lit up. */
async function chooseFrame(page: Page): Promise<void> {
  const report = page.locator(".frames [data-direction='device-to-cloud']").first();
  if ((await report.count()) === 0) return;
  await report.click();
  const fields = page.locator(".fields li");
  if ((await fields.count()) > 6) await fields.nth(6).hover();
}

async function takeAll(browser: Browser, base: string, shots: readonly Shot[]): Promise<void> {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext({ ...options, locale: "en", reducedMotion: "reduce" });
    const page = await context.newPage();
    for (const { name, hash, prepare } of shots) {
      await page.goto("about:blank");
      await page.goto(new URL(hash, base).href);
      await page.locator(`main[data-shown="${hash}"] h1`).waitFor();
      while ((await page.locator(".loading").count()) > 0) await page.waitForTimeout(50);
      await prepare?.(page);
      // What is still on its way, such as a chart's figures, comes within a moment.
      await page.waitForTimeout(500);
      await page.evaluate("scrollTo(0, 0)");
      await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
      process.stdout.write(`${name}-${look}.png\n`);
    }
    await context.close();
  }
}

mkdirSync(folder, { recursive: true });
const sample = url === undefined ? await servePage(new SampleSources()) : undefined;
const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
try {
  const base = url ?? sample?.url ?? "";
  await takeAll(browser, base, await shotsOf(base));
} finally {
  await browser.close();
  await sample?.stop();
}
