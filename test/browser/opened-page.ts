import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** A page in a browser, and what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  /** What it asked for elsewhere than where it came from. */
  readonly foreign: readonly string[];
  /** Errors in the console and beside it, refusals of the content policy, and requests that failed. */
  readonly faults: readonly string[];
  /** Goes to a view, `#/sessions`, and waits until it is there. */
  go(hash: string): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  readonly hash?: string;
}

/** Opens the page at `url` in a context of its own; it is closed when the test is over. */
export async function openPage(
  browser: Browser,
  url: string,
  { hash = "#/", ...options }: OpenOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 860 }, locale: "en-GB", timezoneId: "Europe/Berlin" },
    ...options,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const [foreign, faults]: [string[], string[]] = [[], []];
  const { origin } = new URL(url);
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) foreign.push(request.url());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  const go = async (to: string): Promise<void> => {
    await page.goto(new URL(to, url).href);
    await settled(page, to);
  };
  await go(hash);
  return { page, foreign, faults, go };
}

/** Waits until the view is there, that of `hash` where it is given, and nothing of it is still being loaded. */
export async function settled(page: Page, hash?: string): Promise<void> {
  const main = hash === undefined ? "main" : `main[data-shown="${hash}"]`;
  await page.locator(`${main} h1`).waitFor();
  await page.locator("main:not(:has(.loading))").waitFor();
}
