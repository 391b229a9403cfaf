import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIndexPage, readIndexPage } from "../../src/web/index-page.js";
import { buildAssets, importMap } from "./web-setup.js";

const html = "<html><head></head></html>";
const sha = (text: string) => createHash("sha256").update(text).digest("base64");

describe("the page's beginning", () => {
  it("knows the scripts that stand in it, not those that are loaded", () => {
    const { scriptHashes } = createIndexPage(
      `<script type="importmap">\n{}\n</script><script src="a.js"></script><script type=module src=b.js></script><SCRIPT>go()</SCRIPT>`,
    );
    expect(scriptHashes).toEqual([sha("\n{}\n"), sha("go()")]);
  });

  it("is read as it was built, or is not there", async () => {
    const assets = buildAssets();
    const page = await readIndexPage(join(assets, "web/page/index.html"));
    expect(page?.scriptHashes).toEqual([sha(importMap)]);
    expect(page?.render(undefined)).toContain("<title>Cloudtap</title>");
    expect(await readIndexPage(join(assets, "other.html"))).toBeUndefined();
  });

  it.each(["/api/hassio_ingress/aB3-_x", "/api/hassio_ingress/aB3-_x/"])(
    "stands under the path of ingress, %s",
    (path) => {
      const text = `<html><head><title>x</title></head></html>`;
      expect(createIndexPage(text).render(path)).toBe(
        `<html><head><base href="/api/hassio_ingress/aB3-_x/"><title>x</title></head></html>`,
      );
    },
  );

  it.each([
    "",
    "/",
    "//evil.example",
    "https://evil.example/",
    "/a/../b",
    '/a"><script>',
    "/a b",
    "a/b",
    `/${"a".repeat(300)}`,
  ])("takes %j for no such path", (path) => {
    expect(createIndexPage("<head></head>").render(path)).toBe("<head></head>");
  });

  it("lets nothing but plain names into the page", () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const added = createIndexPage(html).render(path);
        expect(added.replace(/<base href="(\/[\w-]+)+\/">/, "")).toBe(html);
      }),
    );
  });
});
