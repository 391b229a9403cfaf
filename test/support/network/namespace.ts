import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Peer } from "./peer.js";

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const prefix = "ctnet";
const resolverFolder = "/etc/netns";
const namespaces = "/run/netns";

/** A machine of its own: a network namespace. It and what runs in it are gone after `remove`. */
export class Namespace {
  readonly name: string;
  readonly #children = new Set<ChildProcess>();
  #peer: Promise<Peer> | undefined;

  private constructor(name: string) {
    this.name = name;
  }

  /** `role` is for people who look at `ip netns list` while a test runs. */
  static create(role: string): Namespace {
    const random = Math.random().toString(36).slice(2, 8);
    const namespace = new Namespace(`${prefix}-${process.pid}-${random}-${role}`);
    execFileSync("ip", ["netns", "add", namespace.name]);
    return namespace;
  }

  /** What a test that was killed left behind. */
  static removeAbandoned(): void {
    if (!existsSync(namespaces)) return;
    for (const name of readdirSync(namespaces)) {
      const [, pid] = new RegExp(`^${prefix}-(\\d+)-`).exec(name) ?? [];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      new Namespace(name).removeNow();
    }
  }

  /** A command line that runs in this machine. `ip netns exec` becomes the program, so signals reach it. */
  inside(command: string, args: readonly string[]): readonly [string, readonly string[]] {
    return ["ip", ["netns", "exec", this.name, command, ...args]];
  }

  /** Runs a program to its end, whatever its exit code. */
  run(command: string, ...args: readonly string[]): Promise<Output> {
    return this.feed("", command, ...args);
  }

  /** The same with a text on standard input. */
  feed(text: string, command: string, ...args: readonly string[]): Promise<Output> {
    const [program, words] = this.inside(command, args);
    return new Promise((resolve) => {
      const child = execFile(program, words, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      });
      // A program that reads nothing may end before it is fed.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(text);
    });
  }

  /** The output of a program that must succeed. */
  async read(command: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, ...args);
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} in ${this.name} ended with ${code}: ${stderr}`);
    return stdout;
  }

  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(...this.inside(command, args), options);
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  /** Its sockets. */
  peer(): Promise<Peer> {
    this.#peer ??= Peer.start((command, args) => this.spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] }));
    return this.#peer;
  }

  /** Which name servers its programs ask. */
  useNameServers(...addresses: readonly string[]): void {
    const folder = join(resolverFolder, this.name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "resolv.conf"), addresses.map((address) => `nameserver ${address}\n`).join(""));
  }

  /** Ends every program in it, those included that outlive their parents. */
  async remove(): Promise<void> {
    const ended = [...this.#children].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    this.removeNow();
    await Promise.all(ended);
  }

  removeNow(): void {
    if (existsSync(join(namespaces, this.name))) {
      const pids = execFileSync("ip", ["netns", "pids", this.name], { encoding: "utf8" }).split("\n");
      for (const pid of pids) if (pid !== "") endProcess(Number(pid));
      execFileSync("ip", ["netns", "delete", this.name]);
    }
    rmSync(join(resolverFolder, this.name), { recursive: true, force: true });
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
