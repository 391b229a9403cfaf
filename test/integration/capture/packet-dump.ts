import type { ChildProcess } from "node:child_process";
import type { Namespace } from "../../support/network/namespace.js";

/** A `tcpdump` that writes what passes an interface of a machine. */
export class PacketDump {
  readonly file: string;
  readonly #child: ChildProcess;

  private constructor(file: string, child: ChildProcess) {
    this.file = file;
    this.#child = child;
  }

  /** Resolves when it listens. */
  static async start(machine: Namespace, link: string, file: string): Promise<PacketDump> {
    const words = ["-i", link, "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", file, "tcp"];
    const child = machine.spawn("tcpdump", words, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`tcpdump ended with ${code}: ${said}`)));
      child.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("listening on")) resolve();
      });
    });
    return new PacketDump(file, child);
  }

  /** It writes what it has and is gone. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGINT");
    await ended;
  }
}
