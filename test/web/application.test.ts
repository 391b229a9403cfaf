import { describe, expect, it } from "vitest";
import { usualLimits } from "../../src/web/limits.js";
import { ask, askRaw, setUpWeb, write } from "./web-setup.js";

/** Ways to ask for a file that is not the page's, as raw targets. */
const strayTargets = [
  ...["/assets/../secret.txt", "/assets/../../secret.txt", "/../secret.txt", "/assets/./../secret.txt"],
  ...["/assets/%2e%2e/secret.txt", "/assets/%2e%2e%2fsecret.txt", "/assets/..%2fsecret.txt", "/assets/.%2e/secret.txt"],
  ...["/assets/%252e%252e/secret.txt", "/assets/..%5csecret.txt", "/assets/..\\secret.txt", "/assets\\..\\secret.txt"],
  ...["/assets//etc/passwd", "/assets/%2fetc%2fpasswd", "//etc/passwd", "/assets/web/../../secret.txt"],
  ...["/assets/..;/secret.txt", "/assets/%c0%ae%c0%ae/secret.txt", "/assets/%00../secret.txt", "/assets/%ff"],
  ...["/assets/.hidden", "/assets/web/.env", "/assets/%2ehidden", "/assets/web/%2eenv", "/secret.txt"],
  ...["/assets", "/assets/", "/assets/web", "/assets/web/", "/assets/web/page", "/page.js", "/index.html"],
];

describe("application of the web server", () => {
  it("gives the page's files with their types, new ones as soon as there are any", async () => {
    const { port } = await setUpWeb();
    const types = {
      "/assets/web/page/main.js": /^(application|text)\/javascript; charset=utf-8$/,
      "/assets/texts/en.js": /^(application|text)\/javascript; charset=utf-8$/,
      "/assets/vendor/uPlot.min.css": /^text\/css; charset=utf-8$/,
    };
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await ask(port, path);
      expect(status).toBe(200);
      expect(headers["content-type"]).toMatch(type);
      expect(headers).toMatchObject({ "cache-control": "no-cache", "x-content-type-options": "nosniff" });
      const known = { "if-none-match": headers.etag ?? "" };
      expect(await ask(port, path, { headers: known })).toMatchObject({ status: 304, text: "" });
    }
  });

  it("gives no file that is not the page's, however it is asked for", async () => {
    const { port } = await setUpWeb();
    for (const target of strayTargets) {
      const reply = await askRaw(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(`${target} ${reply}`).toMatch(/ HTTP\/1\.1 40[034] /);
      expect(reply).not.toMatch(/^secret$|root:/m);
    }
  });

  it("says in JSON that the API has no such thing, and in text else", async () => {
    const { port } = await setUpWeb();
    expect(await ask(port, "/api/other")).toMatchObject({
      status: 404,
      json: { error: "NOT_FOUND", message: "There is nothing here" },
    });
    expect(await ask(port, "/api")).toMatchObject({ status: 404, json: { error: "NOT_FOUND" } });
    expect(await ask(port, "/other")).toMatchObject({ status: 404, json: undefined, text: "There is nothing here\n" });
    expect(await write(port, "DELETE", "/api/overview")).toMatchObject({ status: 404 });
  });

  it("tells nobody but the log what is wrong inside", async () => {
    const { port, sources, of } = await setUpWeb();
    sources.overview = () => Promise.reject(new Error("token abc"));
    sources.privacy = () => Promise.reject(new Error("token abc"));
    for (const path of ["/api/overview", "/api/overview", "/api/privacy"]) {
      const reply = await ask(port, path);
      expect(reply).toMatchObject({ status: 500, json: { error: "INTERNAL" } });
      expect(reply.text).not.toContain("token");
    }
    expect(of("request failed", "error").map(({ route }) => route)).toEqual(["GET /api/overview", "GET /api/privacy"]);
  });

  it("says what is wrong with a body", async () => {
    const { port } = await setUpWeb();
    const headers = { "x-cloudtap": "page", "content-type": "application/json" };
    const post = (body: string) => ask(port, "/api/captures", { method: "POST", headers, body });
    expect(await post("{")).toMatchObject({ status: 400, json: { error: "BAD_REQUEST" } });
    expect(await post('{"target":"deye","__proto__":{"x":1}}')).toMatchObject({ status: 400 });
    const long = JSON.stringify({ target: "x".repeat(usualLimits.bodyBytes) });
    expect(await post(long)).toMatchObject({ status: 413, json: { error: "TOO_LARGE" } });
  });

  it("works on so many questions at once, and on more when these are answered", async () => {
    const { port, sources } = await setUpWeb({ limits: { questions: 2 } });
    const { overview } = sources.views;
    const waiting: (() => void)[] = [];
    sources.overview = () => new Promise((resolve) => waiting.push(() => resolve(overview)));
    const first = [ask(port, "/api/overview"), ask(port, "/api/overview")];
    await expect.poll(() => waiting.length).toBe(2);
    expect(await ask(port, "/api/setup")).toMatchObject({ status: 503, json: { error: "BUSY" } });
    expect(await write(port, "DELETE", "/api/captures/c1")).toMatchObject({ status: 200 });
    for (const answer of waiting) answer();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await ask(port, "/api/setup")).toMatchObject({ status: 200 });
  });

  it("keeps room for questions while devices take their time to confirm writes", async () => {
    const { port, sources } = await setUpWeb({ limits: { writes: 1, questions: 1 } });
    const asked = new Promise<(answer: { readonly status: "applied"; readonly value: number }) => void>((resolve) => {
      sources.write = () => new Promise((answer) => resolve(answer));
    });
    const path = `/api/devices/${sources.views.device.id}/settings/power_limit`;
    const first = write(port, "POST", path, { value: 1 });
    const answer = await asked;
    expect(await write(port, "POST", path, { value: 2 })).toMatchObject({ status: 503, json: { error: "BUSY" } });
    expect(await ask(port, "/api/overview")).toMatchObject({ status: 200 });
    answer({ status: "applied", value: 1 });
    expect(await first).toMatchObject({ status: 200, json: { status: "applied", value: 1 } });
  });
});
