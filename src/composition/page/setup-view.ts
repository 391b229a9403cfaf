import { autoProtocol } from "../../config/auto-protocol.js";
import type { Configuration, RelayConfiguration } from "../../config/configuration.js";
import { liveProtocols } from "../../protocols/live-registry.js";
import type { SetupRelay, SetupView } from "../../web/api-types.js";

/** What the steps of a set-up are filled in with. `portOf`: where a relay listens in truth; 0: it does not. */
export function setupViewOf(
  { relays, intercept }: Configuration,
  addresses: readonly string[],
  portOf: (relay: string) => number,
): SetupView {
  return {
    addresses,
    relays: relays.map((relay) => setupRelayOf(relay, portOf(relay.name) || relay.listen.port)),
    interceptMode: intercept.mode,
    nameServer: intercept.dns !== undefined,
  };
}

function setupRelayOf({ name, protocol, upstream }: RelayConfiguration, port: number): SetupRelay {
  const served = liveProtocols.filter((one) => protocol === autoProtocol || one.name === protocol);
  const vendors = served.flatMap(({ defaults }) => (defaults.upstream === undefined ? [] : [defaults.upstream]));
  return {
    ...{
      name,
      protocol,
      port,
      upstream: typeof upstream === "string" ? upstream : `${upstream.host}:${upstream.port}`,
    },
    vendors: vendors.map((vendor) => ({ host: vendor.host, port: vendor.port })),
  };
}
