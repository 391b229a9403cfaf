import type { Configuration, InterceptConfiguration } from "./configuration.js";

/** What of a configuration leads devices here. */
export interface LedDevices
  extends Pick<InterceptConfiguration, "backend" | "devices" | "interface" | "mark" | "table" | "source" | "prepare"> {
  readonly mode: "redirect" | "tproxy";
  readonly relays: readonly {
    readonly name: string;
    readonly port: number;
    readonly destinationPorts: readonly number[];
  }[];
}

/** Undefined with `intercept.mode: none`. */
export function interceptionOf({ intercept, relays }: Configuration): LedDevices | undefined {
  const { mode, user: _user, dns: _dns, ...options } = intercept;
  if (mode === "none") return undefined;
  const led = relays.map(({ name, listen, interceptPorts }) => ({
    ...{ name, port: listen.port },
    destinationPorts: interceptPorts,
  }));
  return { ...options, mode, relays: led };
}
