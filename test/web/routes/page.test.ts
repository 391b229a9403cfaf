import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, buildAssets, importMap, setUpWeb } from "../web-setup.js";

const ingressPath = "/api/hassio_ingress/aB3-_x";

describe("the page's beginning", () => {
  it("allows its own scripts alone, and the one that stands in it", async () => {
    const { port } = await setUpWeb();
    const { status, headers, text } = await ask(port, "/");
    const hash = createHash("sha256").update(importMap).digest("base64");
    expect(status).toBe(200);
    expect(text).toContain("<title>Cloudtap</title>");
    expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    expect(headers["content-security-policy"]).toContain(`script-src 'self' 'sha256-${hash}'`);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'self'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
  });

  it("can be shown by Home Assistant, and knows the path that it is at there", async () => {
    const { port } = await setUpWeb({ ingress: { supervisor: "127.0.0.1" } });
    const { headers, text } = await ask(port, "/", { headers: { "x-ingress-path": ingressPath } });
    expect(text).toContain(`<head><base href="${ingressPath}/">`);
    expect(headers["content-security-policy"]).not.toContain("frame-ancestors");
    expect(headers["x-frame-options"]).toBeUndefined();
  });

  it("takes no path from anybody but the Supervisor", async () => {
    const { port } = await setUpWeb();
    expect((await ask(port, "/", { headers: { "x-ingress-path": ingressPath } })).text).not.toContain("<base");
  });

  it("says so where it was not built, and serves the rest", async () => {
    const assets = buildAssets();
    rmSync(join(assets, "web/page/index.html"));
    const { port } = await setUpWeb({ assets });
    expect(await ask(port, "/")).toMatchObject({ status: 404, text: expect.stringContaining("was not built") });
    expect(await ask(port, "/api/overview")).toMatchObject({ status: 200 });
  });
});
