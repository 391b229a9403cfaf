import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import type { Program, Spawn } from "../program.js";

const script = 'mount -t tmpfs -o "$1" captures "$2" && shift 2 && exec "$@"';

/** Starts a program that finds a file system of its own in `folder`, such as `size=1m`; nobody else sees it there. */
export function withTmpfs(folder: string, options: string): Spawn {
  return (command, args, spawnOptions) => {
    const words = ["--mount", "sh", "-c", script, "sh", options, folder, command, ...args];
    return spawn("unshare", words, spawnOptions);
  };
}

/** The same folder as that program sees it. */
export function asSeenBy(program: Program, folder: string): string {
  return join("/proc", String(program.pid), "root", folder);
}

/** Mounts that file system anew, with other options, such as `rw`. */
export function remount(program: Program, folder: string, options: string): void {
  execFileSync("nsenter", ["-t", String(program.pid), "-m", "mount", "-o", `remount,${options}`, folder]);
}
