import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ifThere } from "../runtime/system-errors.js";

/** The page's beginning. */
export interface IndexPage {
  /** SHA-256 of each script that stands in it, in Base64. */
  readonly scriptHashes: readonly string[];
  /** `ingressPath`: the header X-Ingress-Path; what is no such path is passed over. */
  render(ingressPath: string | undefined): string;
}

/** Undefined where it was not built. */
export async function readIndexPage(path: string): Promise<IndexPage | undefined> {
  const html = await ifThere(readFile(path, "utf8"));
  return html === undefined ? undefined : createIndexPage(html);
}

export function createIndexPage(html: string): IndexPage {
  return {
    scriptHashes: scriptsIn(html).map((script) => createHash("sha256").update(script).digest("base64")),
    render(ingressPath) {
      const base = ingressBase(ingressPath);
      return base === undefined ? html : html.replace(/<head>/i, (head) => `${head}<base href="${base}">`);
    },
  };
}

/** Contents of the scripts that are not loaded from elsewhere. */
function scriptsIn(html: string): readonly string[] {
  return [...html.matchAll(/<script\b(?<attributes>[^>]*)>(?<content>[\s\S]*?)<\/script>/gi)]
    .filter(({ groups }) => !/\ssrc\s*=/i.test(groups?.attributes ?? ""))
    .map(({ groups }) => groups?.content ?? "");
}

/** The path goes into the page as it is: so nothing but plain names may stand in it. */
function ingressBase(path: string | undefined): string | undefined {
  return path !== undefined && path.length <= 256 && /^(?:\/[\w-]+)+\/?$/.test(path)
    ? path.replace(/\/?$/, "/")
    : undefined;
}
