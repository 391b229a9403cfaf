import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Socket } from "node:net";

/** A listener's queue takes one more than it is told. */
const queueLength = 1;
const listener = `
  const { createServer } = require("node:net");
  const [host, port] = process.argv.slice(1);
  createServer().listen({ host, port: Number(port), backlog: ${queueLength} }, () => process.stdout.write("up"));`;

/**
 * An address where nobody is there: the kernel drops each SYN, because the queue of a listener that was put to sleep is
 * full. Needs neither a packet filter nor privileges.
 */
export class BlackHole {
  readonly #child: ChildProcess;
  readonly #queued: readonly Socket[];

  private constructor(child: ChildProcess, queued: readonly Socket[]) {
    this.#child = child;
    this.#queued = queued;
  }

  static async open(host: string, port: number): Promise<BlackHole> {
    const child = spawn(process.execPath, ["-e", listener, host, String(port)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`the listener ended with ${code}`)));
    });
    child.kill("SIGSTOP");
    const queued = await Promise.all(Array.from({ length: queueLength + 1 }, () => enqueue(host, port)));
    return new BlackHole(child, queued);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    for (const socket of this.#queued) socket.destroy();
    this.#child.kill("SIGKILL");
    await ended;
  }
}

function enqueue(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port });
  socket.on("error", () => socket.destroy());
  return new Promise((resolve) => socket.once("connect", () => resolve(socket)));
}
