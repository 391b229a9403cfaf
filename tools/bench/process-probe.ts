import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface Started {
  readonly child: ChildProcess;
  readonly firstListenerMs: number;
}

/** Starts Node with `args` and measures the milliseconds until something accepts on `port`. `output`: where its own goes. */
export async function startUntilListening(
  args: readonly string[],
  port: number,
  output: number | "ignore" = "ignore",
): Promise<Started> {
  const from = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", output, "inherit"] });
  while (!(await accepts(port))) {
    if (child.exitCode !== null)
      throw new Error(`expected ${args.join(" ")} to listen on ${port}; it ended with ${child.exitCode}`);
    await wait(5);
  }
  return { child, firstListenerMs: performance.now() - from };
}

export async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** Resident memory in MB (10^6 bytes), as the kernel counts it. */
export function residentMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  return (kib * 1024) / 1e6;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("expected a TCP port");
  return address.port;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
