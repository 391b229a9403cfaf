import { readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { createHostCommands, type HostCommands } from "./host-commands.js";

/** What interception sees and changes of the machine that it runs on, as its network namespace shows it. */
export interface Host {
  readonly commands: HostCommands;
  /** The text of a file without the blanks around it; undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder; none where it cannot be read. */
  list(path: string): Promise<readonly string[]>;
  /** Writes a file of the kernel. Rejects where it is not allowed. */
  write(path: string, text: string): Promise<void>;
  /** Undefined where the system does not say. */
  identity(): Promise<HostIdentity | undefined>;
}

/** Settings of the kernel belong to one start of one machine and to one network namespace. */
export interface HostIdentity {
  readonly boot: string;
  readonly namespace: string;
}

/** The machine of this process. */
export function createHost(): Host {
  return {
    commands: createHostCommands(),
    read: (path) => readText(path),
    list: (path) => readdir(path).catch(() => []),
    write: (path, text) => writeFile(path, text),
    async identity() {
      const boot = await readText("/proc/sys/kernel/random/boot_id");
      const namespace = await readlink("/proc/self/ns/net").catch(() => undefined);
      return boot === undefined || namespace === undefined ? undefined : { boot, namespace };
    },
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    // What is not there and what may not be read are the same to who asks: unknown.
    return undefined;
  }
}
