import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Protocol } from "../model/protocol.js";
import { type Clock, systemClock } from "../runtime/clock.js";

/** What commands need of the process; tests pass their own. */
export interface CommandContext {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True: a person looks at standard output. */
  readonly terminal: boolean;
  /** Where the Supervisor puts the options of its app. */
  readonly optionsFile: string;
  readonly clock: Clock;
  /** Standard input; opened at the first call. */
  input(): Readable;
  /** Standard output, for bytes; nothing else is written there then. */
  bytes(): Writable;
  readonly out: TextOutput;
  readonly err: TextOutput;
  /** Loads the registry at the first call. */
  protocols(): Promise<readonly Protocol[]>;
  /** Aborted at the first SIGINT or SIGTERM after this call; until then they end the process at once. */
  interruption(): AbortSignal;
}

export interface TextOutput {
  /** False: the reader is slow, so that what follows should wait for `drain`. */
  write(text: string): unknown;
  /** Where the output can be slow. */
  once?(event: "drain", listener: () => void): unknown;
  /** A person looks at it. */
  readonly isTTY?: boolean;
}

const endingSignals = ["SIGINT", "SIGTERM"] as const;

/** The context of the process that runs. */
export function createProcessContext(): CommandContext {
  return {
    version: readVersion(),
    environment: process.env,
    terminal: process.stdout.isTTY === true,
    optionsFile: "/data/options.json",
    clock: systemClock,
    input: () => process.stdin,
    bytes: () => process.stdout,
    out: process.stdout,
    err: process.stderr,
    protocols: async () => (await import("../protocols/registry.js")).protocols,
    interruption: awaitSignal,
  };
}

function awaitSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of endingSignals) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** The version stands in package.json alone, two folders above, compiled or not. */
function readVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  const found: { readonly version: string } = JSON.parse(readFileSync(file, "utf8"));
  return found.version;
}
