import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser } from "./chromium.js";
import { openPage } from "./opened-page.js";
import { servePage } from "./page-server.js";
import { SampleSources } from "./sample/sources.js";

describeInBrowser("set-up and privacy", (browser) => {
  async function open(hash = "#/setup") {
    const sources = new SampleSources();
    const served = await servePage(sources);
    onTestFinished(() => served.stop());
    const { page } = await openPage(browser(), served.url, { hash });
    const steps = page.locator(".steps > li");
    return { sources, page, steps };
  }

  it("gives exact steps for the device's own page", async () => {
    const { page, steps } = await open();
    await page.getByRole("radio", { name: /Solar logger/ }).check();
    expect(await steps.count()).toBe(8);
    expect(await steps.nth(4).textContent()).toBe(
      "Server A Setting: IP address 192.168.1.10, domain name empty, port 10000, TCP. Save.",
    );
    await page.getByLabel("Address of the device").fill("192.168.1.50");
    expect(await steps.nth(1).textContent()).toContain("http://192.168.1.50/config_hide.html");
  });

  it("gives exact steps for a name server, with what is to be copied", async () => {
    const { page, steps } = await open();
    await page.getByRole("radio", { name: /Enphase Envoy/ }).check();
    await page.getByLabel("Which router, or name server, do you have?").selectOption("dnsmasq");
    expect(await page.getByRole("radio", { name: /By name/ }).isChecked()).toBe(true);
    await page.getByLabel("Address of this host").fill("10.8.0.2");
    const recipes = await page.locator(".steps pre").allTextContents();
    expect(recipes[0]).toBe(
      "address=/reports.enphaseenergy.com/10.8.0.2\nlocal=/reports.enphaseenergy.com/\nlocal-ttl=60",
    );
    expect(recipes[2]).toContain("listen: 443");
    expect(
      await steps.filter({ hasText: "The device calls port 443, but the relay envoy listens on 4430" }).count(),
    ).toBe(1);
  });

  it("gives exact steps for a router, once the way there is chosen", async () => {
    const { page } = await open();
    await page.getByRole("radio", { name: /WebSentry/ }).check();
    await page.getByLabel("Which router, or name server, do you have?").selectOption("MikroTik RouterOS 7");
    await page.getByRole("radio", { name: /As its router/ }).check();
    await page.getByLabel("Its hardware address").fill("00:90:c2:00:00:01");
    await page.getByLabel("Address of the device").fill("192.168.1.60");
    const recipes = await page.locator(".steps pre").allTextContents();
    expect(recipes[0]).toContain("devices: [192.168.1.60]");
    expect(recipes[1]).toContain("mac-address=00:90:c2:00:00:01 address=192.168.1.60");
  });

  it("chooses by keys alone", async () => {
    const { page, steps } = await open();
    await page.getByRole("radio", { name: /Solar logger/ }).focus();
    await page.keyboard.press("Space");
    expect(await steps.count()).toBe(8);
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: /Enphase Envoy/ }).isChecked()).toBe(true);
    expect(await page.getByText("This is for the first Envoy with firmware R3.").isVisible()).toBe(true);
  });

  it("turns the checklist green as the device arrives", async () => {
    const { page, sources } = await open();
    await page.getByRole("radio", { name: /Solar logger/ }).check();
    const checks = page.locator(".checks > li");
    await checks.first().waitFor();
    expect(await checks.evaluateAll((items) => items.map((item) => item.getAttribute("data-state")))).toEqual([
      ...["ok", "ok", "ok", "problem", "unknown", "unknown", "unknown", "unknown", "unknown"],
    ]);
    expect(await checks.nth(3).textContent()).toBe(
      "The device called (missing)In 12 min nobody has connected.Restart the device, and look at its own page.",
    );
    expect(await page.getByText("3 of 9 steps are there. Next: The device called").isVisible()).toBe(true);
    sources.hasArrived = true;
    await page.getByText("Done: the device is here, and its values are understood.").waitFor();
    expect(await page.locator('.checks > li[data-state="ok"]').count()).toBe(9);
  });

  it("says in words what each device tells whom", async () => {
    const { page } = await open("#/privacy");
    const cards = page.locator("main article");
    expect(await cards.nth(0).locator(".sentence").textContent()).toBe(
      "It talks to 5406.deviceaccess.host. In the last 30 days it sent 3.1\u202fMB and got 630\u202fkB back.",
    );
    expect(await cards.nth(1).textContent()).toContain(
      "Part of it passes encrypted. Nobody here knows what that says.",
    );
    expect(await cards.nth(2).locator(".sentence").textContent()).toBe("It tells nobody but Cloudtap.");
    const bars = cards.nth(0).getByRole("img");
    expect(await bars.getAttribute("aria-label")).toMatch(
      /^Bytes a day to 5406\.deviceaccess\.host\. Most on 15 Nov: /,
    );
    expect(await bars.locator(".day-bar").count()).toBe(30);
    await cards.nth(0).getByText("6 values go to its cloud").click();
    expect(await cards.nth(0).getByText("Grid voltage").isVisible()).toBe(true);
  });
});
