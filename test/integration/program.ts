import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../support/mosquitto.js";
import { until } from "./until.js";

/** Where the program is compiled to. */
const cli = join(process.env.CLOUDTAP_DIST ?? "dist", "cli", "cli.js");

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts a program; not everywhere is here. */
export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

export interface ProgramOptions {
  readonly folder: string;
  readonly mqttUrl?: string;
  readonly level?: string;
  readonly relays: readonly Readonly<Record<string, unknown>>[];
  readonly extra?: Readonly<Record<string, unknown>>;
  /** On which machine it runs and as whom; default: here, as the test does. */
  readonly spawn?: Spawn;
}

/** Words of the command line for a program that another one starts. */
export function cloudtapCommand(...words: readonly string[]): readonly [string, readonly string[]] {
  return [process.execPath, [cli, ...words]];
}

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The compiled program as a user runs it. */
export class Program {
  readonly logs: LogLine[] = [];
  /** Port of each relay, by its name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Of the configuration. */
  readonly file: string;
  readonly #spawn: Spawn;
  readonly #watchers = new Set<() => void>();
  #child: ChildProcess | undefined;

  private constructor(file: string, ports: ReadonlyMap<string, number>, start: Spawn) {
    this.file = file;
    this.ports = ports;
    this.#spawn = start;
  }

  /** Relays that name no `listen` get a free port of 127.0.0.1; resolves when all listen. */
  static async start(options: ProgramOptions): Promise<Program> {
    const file = join(options.folder, "cloudtap.yaml");
    const relays = await Promise.all(
      options.relays.map(async (relay) => ({ listen: `127.0.0.1:${await freePort()}`, ...relay })),
    );
    const ports = new Map(
      relays.map(
        (relay) => [String("name" in relay ? relay.name : ""), Number(String(relay.listen).split(":").at(-1))] as const,
      ),
    );
    const configuration = {
      log: { level: options.level ?? "debug" },
      data_dir: join(options.folder, "data"),
      mqtt:
        options.mqttUrl === undefined
          ? { embedded: { listen: `127.0.0.1:${await freePort()}` } }
          : { url: options.mqttUrl },
      relays,
      // Its usual port is the same for all tests that run beside each other.
      web: { enabled: false },
      ...options.extra,
    };
    writeFileSync(file, JSON.stringify(configuration));
    const program = new Program(file, ports, options.spawn ?? spawn);
    await program.start();
    return program;
  }

  port(relay: string): number {
    const port = this.ports.get(relay);
    if (port === undefined) throw new Error(`expected a relay ${relay}`);
    return port;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  async start(): Promise<void> {
    const from = this.logs.length;
    const child = this.#spawn(...cloudtapCommand("run", "--config", this.file), {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, SUPERVISOR_TOKEN: undefined },
    });
    this.#child = child;
    let faults = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      faults += chunk.toString();
    });
    if (child.stdout !== null) createInterface(child.stdout).on("line", (line) => this.#keep(line));
    const ended = new Promise<never>((_resolve, reject) => {
      child.once("exit", (code, signal) => reject(new Error(`the program ended with ${code ?? signal}: ${faults}`)));
    });
    ended.catch(() => undefined);
    const listening = this.waitForLogs("relay listens", this.ports.size, from);
    await Promise.race([listening, ended]);
  }

  /** Resolves when `count` lines with this message came after line `from`. */
  waitForLogs(message: string, count = 1, from = 0): Promise<readonly LogLine[]> {
    return until(this.#watchers, () => {
      const found = this.logs.slice(from).filter((line) => line.msg === message);
      return found.length >= count ? found : undefined;
    });
  }

  waitForLog(wanted: (line: LogLine) => boolean): Promise<LogLine> {
    return until(this.#watchers, () => this.logs.find(wanted));
  }

  /** Exit code, or the signal that ended it. */
  async end(signal: "SIGTERM" | "SIGINT" | "SIGKILL" = "SIGTERM"): Promise<number | string> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? 0;
    const ended = new Promise<number | string>((resolve) => {
      child.once("exit", (code, by) => resolve(code ?? by ?? "unknown"));
    });
    child.kill(signal);
    return ended;
  }

  #keep(line: string): void {
    const parsed: LogLine = JSON.parse(line);
    this.logs.push(parsed);
    for (const watcher of this.#watchers) watcher();
  }
}
