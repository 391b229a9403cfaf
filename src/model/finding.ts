/** One thing that was looked at on the way from a device to Home Assistant. */
export interface Finding {
  /** `[a-z0-9_]+`; never changes between versions. */
  readonly check: string;
  /** `unknown`: it could not be looked at from here. */
  readonly state: "ok" | "problem" | "unknown";
  /** One sentence with the facts. */
  readonly found: string;
  /** What to do; present with every problem. */
  readonly remedy?: string;
}
