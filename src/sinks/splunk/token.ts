import { readFile } from "node:fs/promises";
import { systemCodeOf } from "../../runtime/system-errors.js";
import type { SplunkOptions } from "./options.js";
import { type Failure, failed } from "./outcome.js";

/** What a header can carry. */
const usable = /^[\x21-\x7e]+$/;

/** The collector's token, from the configuration or a file. It is never logged. */
export class Token {
  readonly #options: Pick<SplunkOptions, "token" | "tokenFile">;
  #known: string | undefined;

  constructor(options: Pick<SplunkOptions, "token" | "tokenFile">) {
    this.#options = options;
    this.#known = options.token;
  }

  /** Reads the file where that was not done yet. */
  async current(): Promise<{ readonly type: "token"; readonly text: string } | Failure> {
    const { tokenFile } = this.#options;
    if (this.#known === undefined && tokenFile !== undefined) {
      const text = await readToken(tokenFile);
      if (typeof text !== "string") return text;
      this.#known = text;
    }
    const text = this.#known ?? "";
    if (!usable.test(text)) {
      const where = tokenFile === undefined ? "splunk.token" : "the file of splunk.token_file";
      return failed(
        "refused",
        "the token is none: it is empty, or has a blank or a letter with an accent",
        `check ${where}`,
      );
    }
    return { type: "token", text };
  }

  /** Reads the file anew; true where it holds another token now. */
  async renew(): Promise<boolean> {
    const { tokenFile } = this.#options;
    if (tokenFile === undefined) return false;
    const text = await readToken(tokenFile);
    if (typeof text !== "string" || text === this.#known) return false;
    this.#known = text;
    return true;
  }
}

async function readToken(file: string): Promise<string | Failure> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    const why = systemCodeOf(error) ?? "unknown";
    return failed(
      "refused",
      `the token's file cannot be read (${why})`,
      "check the path and the rights of splunk.token_file",
    );
  }
}
