import { chown, mkdir, stat } from "node:fs/promises";
import { describeResult, type HostCommands } from "../intercept/host-commands.js";
import { CloudtapError, describeError } from "../runtime/errors.js";

/** Who a process runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The account that `intercept.user` means: a name, UID or UID:GID. Throws CloudtapError PRIVILEGE_FAILED. */
export async function findAccount(user: string, commands: HostCommands): Promise<Account> {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
  if (uid !== undefined) return { name: user, uid: Number(uid), gid: Number(gid ?? uid) };
  const found = { uid: await askId(user, "-u", commands), gid: await askId(user, "-g", commands) };
  return { name: user, ...found };
}

/**
 * Makes the data directory where it is missing, for that account. The sentence says what to do where it belongs to
 * somebody else. Throws CloudtapError STORE_FAILED.
 */
export async function prepareDataDir(dataDir: string, account: Account): Promise<string | undefined> {
  try {
    const made = await mkdir(dataDir, { recursive: true, mode: 0o750 });
    if (made !== undefined) {
      await chown(dataDir, account.uid, account.gid);
      return undefined;
    }
    const { uid } = await stat(dataDir);
    if (uid === account.uid) return undefined;
    return `${dataDir} belongs to another account; if it cannot be written: chown -R ${account.uid}:${account.gid} ${dataDir}`;
  } catch (error) {
    throw new CloudtapError("STORE_FAILED", `${dataDir} cannot be made: ${describeError(error)}`, {}, error);
  }
}

/** `id` knows every account of the system, wherever it keeps them. */
async function askId(user: string, flag: string, commands: HostCommands): Promise<number> {
  const result = await commands.run("id", [flag, "--", user]);
  const text = result.type === "done" ? result.stdout.trim() : "";
  if (/^\d+$/.test(text)) return Number(text);
  const message = `intercept.user: expected an account of this system, found ${user}: ${describeResult(result)}`;
  throw new CloudtapError("PRIVILEGE_FAILED", message);
}
