import type { CloudCommand, CommandClass } from "../../model/command.js";

/** `protect`: neither server nor firmware is changed. `block`: only what changes nothing passes. */
export type CommandPreset = "allow" | "protect" | "block";

export interface CommandOptions {
  readonly preset: CommandPreset;
  /** Blocked besides. */
  readonly block: readonly CommandClass[];
  /** Let through all the same. */
  readonly allow: readonly CommandClass[];
}

export interface CommandPolicy {
  /** Nothing is ever blocked. */
  readonly isNeutral: boolean;
  /** Why a command does not pass, in words. */
  blocked(command: CloudCommand): string | undefined;
}

const blockedByPreset: Readonly<Record<CommandPreset, readonly CommandClass[]>> = {
  allow: [],
  protect: ["server", "firmware"],
  block: ["setting", "power", "server", "firmware", "reboot", "unknown"],
};

/** Which frames of the cloud pass. A frame with several classes passes where all of them do. */
export function createCommandPolicy({ preset, block, allow }: CommandOptions): CommandPolicy {
  const reasons = new Map<CommandClass, string>();
  for (const one of blockedByPreset[preset]) reasons.set(one, `commands: ${preset} blocks ${one}`);
  for (const one of block) reasons.set(one, `commands_block holds ${one}`);
  for (const one of allow) reasons.delete(one);
  return {
    isNeutral: reasons.size === 0,
    blocked({ classes }) {
      const hit = classes.find((one) => reasons.has(one));
      return hit === undefined ? undefined : reasons.get(hit);
    },
  };
}
