import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Clock } from "../../runtime/clock.js";
import { readAcknowledgement, readAnswer } from "./answers.js";
import { HttpClient } from "./http-client.js";
import { explainNetworkFault } from "./network-faults.js";
import type { SplunkOptions } from "./options.js";
import type { Outcome } from "./outcome.js";
import { Token } from "./token.js";

/** Who takes the events. */
export interface Collector {
  /** `lines`: events as JSON. Never rejects. */
  hand(lines: readonly string[]): Promise<Outcome>;
  /** Whether what was accepted with this `ackId` is indexed; false also where nobody says so. Never rejects. */
  acknowledged(ackId: number): Promise<boolean>;
  /** What is under way fails, and nothing more is sent. */
  close(): void;
}

const compress = promisify(gzip);

/** Splunk's HTTP Event Collector. */
export function createCollector(options: SplunkOptions, clock: Clock): Collector {
  return new HttpCollector(options, clock);
}

class HttpCollector implements Collector {
  readonly #url: URL;
  readonly #client: HttpClient;
  readonly #token: Token;
  /** The collector counts acknowledgements by sender. */
  readonly #channel = randomUUID();

  constructor(options: SplunkOptions, clock: Clock) {
    this.#url = new URL(options.url);
    this.#client = new HttpClient(options, clock);
    this.#token = new Token(options);
  }

  async hand(lines: readonly string[]): Promise<Outcome> {
    try {
      const body = await compress(lines.join("\n"));
      const first = await this.#post(this.#url, body, true);
      const isTokenWrong = first.type === "answer" && (first.status === 401 || first.status === 403);
      const answer = isTokenWrong && (await this.#token.renew()) ? await this.#post(this.#url, body, true) : first;
      return answer.type === "answer" ? readAnswer(answer.status, answer.body) : answer;
    } catch (error) {
      return explainNetworkFault(error);
    }
  }

  async acknowledged(ackId: number): Promise<boolean> {
    try {
      const answer = await this.#post(
        acknowledgementUrl(this.#url),
        Buffer.from(JSON.stringify({ acks: [ackId] })),
        false,
      );
      return answer.type === "answer" && readAcknowledgement(answer.body, ackId);
    } catch {
      // Whoever asks asks again, until it takes too long.
      return false;
    }
  }

  close(): void {
    this.#client.close();
  }

  async #post(url: URL, body: Uint8Array, isPacked: boolean) {
    const token = await this.#token.current();
    if (token.type === "failed") return token;
    const headers = {
      Authorization: `Splunk ${token.text}`,
      "Content-Type": "application/json",
      "X-Splunk-Request-Channel": this.#channel,
      ...(isPacked ? { "Content-Encoding": "gzip" } : {}),
    };
    return { type: "answer" as const, ...(await this.#client.post(url, headers, body)) };
  }
}

/** Beside the event endpoint. */
function acknowledgementUrl(events: URL): URL {
  const url = new URL(events);
  url.pathname = `${url.pathname.replace(/(\/event)?(\/1\.0)?\/*$/, "")}/ack`;
  return url;
}
