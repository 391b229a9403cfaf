import { type CloudDialling, createCloudContext } from "../../src/relay/cloud/upstream.js";
import { systemClock } from "../../src/runtime/clock.js";

export interface DiallingOptions extends Partial<Omit<CloudDialling, "context">> {
  /** PEM. */
  readonly ca?: string;
}

/** What dialling a cloud needs, with a second's patience. */
export function dialling({ ca, ...options }: DiallingOptions = {}): CloudDialling {
  return {
    ...{ clock: systemClock, dialTimeoutMs: 1_000, resolver: [], ownPorts: () => [] },
    context: createCloudContext(ca),
    ...options,
  };
}
