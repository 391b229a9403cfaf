import { readFile } from "node:fs/promises";
import { Agent, type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure, Agent as SecureAgent } from "node:https";
import { rootCertificates } from "node:tls";
import type { Clock } from "../../runtime/clock.js";
import type { SplunkOptions } from "./options.js";

/** Idle connections are closed before the other end does so, which would look as if a batch had been lost. */
const idleMs = 3_000;
const answerLimitMs = 30_000;
const maxAnswerBytes = 64 * 1024;

export interface HttpAnswer {
  readonly status: number;
  /** Its first 64 KiB. */
  readonly body: string;
}

/** POST requests to one server, over at most one connection that is kept for a moment. */
export class HttpClient {
  readonly #options: Pick<SplunkOptions, "verify" | "ca">;
  readonly #clock: Clock;
  readonly #open = new Set<ClientRequest>();
  #agent: Agent | undefined;
  #closed = false;

  constructor(options: Pick<SplunkOptions, "verify" | "ca">, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Rejects with the error of Node where there is no whole answer, and after half a minute. */
  async post(url: URL, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<HttpAnswer> {
    const isSecure = url.protocol === "https:";
    this.#agent ??= await this.#createAgent(isSecure);
    if (this.#closed) throw new Error("no request is made any more");
    const options = { method: "POST", agent: this.#agent, headers: { ...headers, "Content-Length": body.length } };
    const request = isSecure ? requestSecure(url, options) : requestPlain(url, options);
    this.#open.add(request);
    const cancel = this.#clock.after(answerLimitMs, () => request.destroy(new Error("no answer within half a minute")));
    try {
      return await answerTo(request, body);
    } finally {
      cancel();
      this.#open.delete(request);
    }
  }

  /** What is under way fails. */
  close(): void {
    this.#closed = true;
    for (const request of this.#open) request.destroy(new Error("given up"));
    this.#agent?.destroy();
  }

  async #createAgent(isSecure: boolean): Promise<Agent> {
    const pool = { keepAlive: true, maxSockets: 1, timeout: idleMs };
    if (!isSecure) return new Agent(pool);
    const { verify, ca } = this.#options;
    const trusted = ca === undefined ? {} : { ca: [...rootCertificates, await readFile(ca, "utf8")] };
    return new SecureAgent({ ...pool, ...trusted, rejectUnauthorized: verify });
  }
}

function answerTo(request: ClientRequest, body: Uint8Array): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.once("response", (response) => {
      readBody(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject);
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early closes the connection.
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, maxAnswerBytes);
}
