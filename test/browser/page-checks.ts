import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
  }[];
}

/** Faults for people who cannot see, hear or point well, as axe-core finds them; the serious ones and those beyond. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const result: AxeResult = JSON.parse(await page.evaluate("axe.run().then((result) => JSON.stringify(result))"));
  return result.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`));
}

/** Runs in the page: what is read or pressed, line by line, and where it is. What scrolls in a box of its own is left out. */
const boxesScript = `(() => {
  const wanted = "h1, h2, h3, p, a, button, input, select, dt, dd, td, summary, strong, code, legend, label, .pill, .tag, .detail";
  const scrolls = (element) => {
    for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (/auto|scroll/.test(overflowX + overflowY) && (at.scrollWidth > at.clientWidth || at.scrollHeight > at.clientHeight)) return true;
    }
    return false;
  };
  const boxes = [];
  for (const element of document.querySelectorAll(wanted)) {
    if (!element.checkVisibility() || scrolls(element) || element.closest(".unseen, .skip, .u-wrap, thead, dialog")) continue;
    const what = element.tagName + " " + (element.textContent || element.placeholder || element.value || "").trim().slice(0, 40);
    for (const { left, right, top, bottom, width, height } of element.getClientRects())
      if (width >= 2 && height >= 2) boxes.push({ element, what, left, right, top, bottom });
  }
  const found = new Set();
  const isApart = (one, other) => one !== other && !one.contains(other) && !other.contains(one);
  boxes.forEach((box, index) => {
    for (const other of boxes.slice(index + 1)) {
      if (!isApart(box.element, other.element)) continue;
      const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (wide > 1.5 && high > 3) found.add(box.what + " lies over " + other.what);
    }
  });
  const width = document.documentElement.clientWidth;
  for (const box of boxes) if (box.right > width + 1 || box.left < -1) found.add(box.what + " sticks out");
  const whole = document.documentElement.scrollWidth;
  if (whole > width) found.add("the page is " + whole + " wide on " + width);
  return JSON.stringify([...found]);
})()`;

/** What lies over something else, or sticks out of the page at its sides. */
export async function misplaced(page: Page): Promise<readonly string[]> {
  const found: readonly string[] = JSON.parse(await page.evaluate(boxesScript));
  return found;
}

/** Walks with the Tab key, and tells what has the focus at each step: its role or tag, and its name. */
export async function walk(page: Page, steps: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press("Tab");
    const script = `(() => {
      const at = document.activeElement;
      const name = at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? "";
      return (at?.tagName ?? "").toLowerCase() + " " + name.trim().slice(0, 40);
    })()`;
    const said: string = await page.evaluate(script);
    found.push(said);
  }
  return found;
}
