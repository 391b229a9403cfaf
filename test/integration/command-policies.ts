export interface CommandPolicy {
  readonly policy: string;
  readonly keys: Readonly<Record<string, string>>;
  /** Classes that it blocks, and why. */
  readonly blocks: Readonly<Record<string, string>>;
}

/** As a user would write them. */
export const commandPolicies: readonly CommandPolicy[] = [
  { policy: "allow", keys: {}, blocks: {} },
  {
    policy: "protect",
    keys: { commands: "protect" },
    blocks: { firmware: "commands: protect blocks firmware", server: "commands: protect blocks server" },
  },
  {
    policy: "block",
    keys: { commands: "block" },
    blocks: {
      firmware: "commands: block blocks firmware",
      server: "commands: block blocks server",
      reboot: "commands: block blocks reboot",
      power: "commands: block blocks power",
      setting: "commands: block blocks setting",
    },
  },
  {
    policy: "one class only",
    keys: { commands: "allow", commands_block: "firmware" },
    blocks: { firmware: "commands_block holds firmware" },
  },
  {
    policy: "all but two classes",
    keys: { commands: "block", commands_allow: "power, setting" },
    blocks: {
      firmware: "commands: block blocks firmware",
      server: "commands: block blocks server",
      reboot: "commands: block blocks reboot",
    },
  },
];

/** Name of a relay with this policy. */
export function relayOf({ policy }: CommandPolicy): string {
  return policy.replaceAll(" ", "-");
}
