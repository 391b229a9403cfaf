import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { CommandContext } from "../../src/cli/context.js";
import { main } from "../../src/cli/program.js";
import type { Protocol } from "../../src/model/protocol.js";
import { raw } from "../../src/protocols/raw/index.js";
import { systemClock } from "../../src/runtime/clock.js";
import { blueprint } from "../support/blueprint/index.js";

/** Protocols of these tests: one with simulators, one without. */
export const protocols: readonly Protocol[] = [blueprint, raw];

export interface CommandRun {
  /** Everything written so far. */
  out(): string;
  err(): string;
  /** What SIGINT does. */
  interrupt(): void;
  /** Resolves once a line of standard output matches, with what it captured. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number>;
}

/** Starts one command line inside the test. */
export function runCommand(
  argv: readonly string[],
  given: Partial<CommandContext> & { readonly text?: string } = {},
): CommandRun {
  const written = { out: "", err: "" };
  const interruption = new AbortController();
  const watchers = new Set<() => void>();
  const { text = "", ...overrides } = given;
  const context: CommandContext = {
    version: "1.2.3",
    environment: {},
    terminal: false,
    optionsFile: join("/nonexistent", "options.json"),
    clock: systemClock,
    input: () => Readable.from([Buffer.from(text)]),
    bytes: () => new PassThrough(),
    out: {
      write(part) {
        written.out += part;
        for (const watcher of watchers) watcher();
      },
    },
    err: {
      write(part) {
        written.err += part;
      },
    },
    protocols: async () => protocols,
    interruption: () => interruption.signal,
    ...overrides,
  };
  return {
    out: () => written.out,
    err: () => written.err,
    interrupt: () => interruption.abort(),
    waitFor(pattern) {
      return new Promise((resolve) => {
        const watcher = (): void => {
          const found = pattern.exec(written.out);
          if (found === null) return;
          watchers.delete(watcher);
          resolve(found);
        };
        watchers.add(watcher);
        watcher();
      });
    },
    exitCode: main(argv, context),
  };
}
