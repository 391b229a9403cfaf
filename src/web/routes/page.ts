import type { FastifyInstance } from "fastify";
import type { IndexPage } from "../index-page.js";
import { found } from "../request-error.js";
import { pagePolicy } from "../security-headers.js";

export interface PageContext {
  /** Undefined: it was not built. */
  readonly page: IndexPage | undefined;
  readonly ingress: boolean;
}

/** The page's beginning; everything else of it is under `assets`. */
export function registerPageRoute(app: FastifyInstance, { page, ingress }: PageContext): void {
  app.get("/", async ({ headers }, reply) => {
    const { scriptHashes, render } = found(page, "The page was not built; `npm run build` does it");
    const path = headers["x-ingress-path"];
    reply
      .header("content-type", "text/html; charset=utf-8")
      .header("cache-control", "no-cache")
      .header("content-security-policy", pagePolicy(scriptHashes, { ingress }));
    return render(ingress && typeof path === "string" ? path : undefined);
  });
}
