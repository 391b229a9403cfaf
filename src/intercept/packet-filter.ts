import type { InterceptCounter } from "./interception.js";

/** The rules in the kernel, by one of its two tools. */
export interface PacketFilter {
  readonly backend: "nft" | "iptables";
  /** True: the kernel itself ends them where nothing refreshes them. False: a process does, which lives with this one. */
  readonly lapses: boolean;
  /** Puts the rules in place, whatever of them was there. Throws CloudtapError INTERCEPT_FAILED. */
  load(): Promise<void>;
  /** Lets them live on for a while; false: they are not there any more. */
  refresh(): Promise<boolean>;
  counters(): Promise<readonly InterceptCounter[]>;
  /** The rules as the tool itself shows them. */
  show(): Promise<string>;
  /** What watches over them is not needed any more; they are removed by the clean-up. */
  release(): void;
}
