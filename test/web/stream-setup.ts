import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** One answer that goes on, as its server and as its browser have it. */
export interface OpenStream {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly browser: IncomingMessage;
  /** What the browser got so far. */
  text(): string;
}

export interface StreamOptions {
  /** Begins the answer; without it nothing but the headers is sent. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
  /** The browser takes nothing. */
  readonly isDeaf?: boolean;
  readonly from?: string;
}

/** Ended with the test. */
export async function openStream({ answer, isDeaf = false, from }: StreamOptions = {}): Promise<OpenStream> {
  const server = createServer();
  const asked = new Promise<{ readonly request: IncomingMessage; readonly response: ServerResponse }>((resolve) => {
    server.once("request", (request: IncomingMessage, response: ServerResponse) => {
      if (answer === undefined) response.writeHead(200).flushHeaders();
      else answer(request, response);
      resolve({ request, response });
    });
  });
  const port = await listen(server);
  const target = { host: "127.0.0.1", port, agent: false, ...(from === undefined ? {} : { localAddress: from }) };
  const browser = await new Promise<IncomingMessage>((resolve, reject) => {
    get(target, resolve).on("error", reject);
  });
  // Being dropped is no fault of the test.
  browser.on("error", () => undefined);
  onTestFinished(() => {
    browser.destroy();
    server.close();
  });
  let text = "";
  if (!isDeaf) {
    browser.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return { ...(await asked), browser, text: () => text };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
