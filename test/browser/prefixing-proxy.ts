import { createServer, request } from "node:http";
import { onTestFinished } from "vitest";

/**
 * Stands before the page as Home Assistant does: serves it under a path, which it takes off and tells in a header. Gives the
 * page's address.
 */
export async function startPrefixingProxy(port: number, prefix: string): Promise<string> {
  const server = createServer((asked, answer) => {
    if (asked.url?.startsWith(`${prefix}/`) !== true) {
      answer.writeHead(404).end();
      return;
    }
    const options = {
      ...{ host: "127.0.0.1", port, method: asked.method ?? "GET", path: asked.url.slice(prefix.length) },
      headers: { ...asked.headers, "x-ingress-path": prefix },
    };
    const onward = request(options, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return `http://127.0.0.1:${own}${prefix}/`;
}
