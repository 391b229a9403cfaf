import type { Configuration } from "../config/configuration.js";
import type { HostCommands } from "../intercept/host-commands.js";
import type { Interception } from "../intercept/interception.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { type Account, findAccount } from "./account.js";
import { type ChannelProcess, ParentChannel } from "./privileged-channel.js";
import { createParentInterception } from "./privileged-interception.js";
import { createParentListeners, type ParentListeners } from "./privileged-listeners.js";

/** What the privileged parent does for this process. */
export interface ParentPorts {
  readonly listeners: ParentListeners;
  /** Undefined where no gateway leads anybody here. */
  readonly interception: Interception | undefined;
}

/** How this process runs: all of Cloudtap, or one half of it. */
export type Role =
  | { readonly type: "whole" }
  | { readonly type: "parent"; readonly account: Account }
  | { readonly type: "child"; readonly ports: ParentPorts };

export interface RolePorts {
  readonly process: ChannelProcess & { getuid?(): number };
  readonly commands: HostCommands;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A parent greets at once; who else has a channel to this process waits as long, once. */
const greetingLimitMs = 2_000;

/** Throws CloudtapError PRIVILEGE_FAILED where the account does not exist. */
export async function chooseRole({ intercept, relays }: Configuration, ports: RolePorts): Promise<Role> {
  const { user, mode } = intercept;
  const { process, log, clock } = ports;
  if (user === undefined) return { type: "whole" };
  if (process.getuid?.() === 0) {
    const account = await findAccount(user, ports.commands);
    return account.uid === 0 ? { type: "whole" } : { type: "parent", account };
  }
  const channel = await ParentChannel.find(process, greetingLimitMs);
  if (channel === undefined) {
    log.info({ user }, "intercept.user does nothing: Cloudtap was not started as root");
    return { type: "whole" };
  }
  const interception =
    mode === "none"
      ? undefined
      : createParentInterception({ channel, mode, relays: relays.map(({ name }) => name), clock, log });
  return { type: "child", ports: { listeners: createParentListeners(channel), interception } };
}
