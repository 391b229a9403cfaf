import { fork } from "node:child_process";
import type { Server } from "node:net";
import { fileURLToPath } from "node:url";
import type { Configuration } from "../config/configuration.js";
import type { Interception } from "../intercept/interception.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { type Account, prepareDataDir } from "./account.js";
import { supervise } from "./privileged.js";
import { createPrivilegedPorts } from "./privileged-ports.js";

export interface PrivilegedRun {
  readonly log: Logger;
  readonly clock: Clock;
  readonly account: Account;
  /** Words of the command line; the child gets the same. */
  readonly argv: readonly string[];
  readonly interception: Interception | undefined;
  /** Loaded only where sockets must take connections to others. */
  loadTransparency(): Promise<(server: Server) => void>;
}

const program = fileURLToPath(new URL("./cli.js", import.meta.url));

/** The privileged half of `cloudtap run`; the other half runs as `account`. Resolves to the exit code. */
export async function runPrivileged(configuration: Configuration, given: PrivilegedRun): Promise<number> {
  const { log, clock, account, interception } = given;
  const { dataDir, intercept, relays } = configuration;
  const advice = await prepareDataDir(dataDir, account);
  if (advice !== undefined) log.warn({ advice }, "the data directory belongs to another account");
  const transparency = intercept.mode === "tproxy" ? { makeTransparent: await given.loadTransparency() } : {};
  const listeners = createPrivilegedPorts({ allowed: relays.map(({ listen }) => listen), ...transparency });
  log.info({ account: account.name, uid: account.uid }, "relaying runs without privileges");
  const start = () => {
    const { uid, gid } = account;
    // A session of its own: Ctrl-C at a terminal reaches this process alone, which then ends the child in order.
    return fork(program, [...given.argv], { uid, gid, detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  };
  return supervise({ log, clock, start, listeners, interception });
}
