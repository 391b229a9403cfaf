import type { Configuration, InterceptConfiguration } from "./configuration.js";
import { formatEndpoint } from "./endpoint.js";

/** How the devices' traffic comes here, a sentence each. */
export function explainIntercept({ intercept, relays }: Configuration): readonly string[] {
  const { mode, dns } = intercept;
  const follows = relays.some(({ upstream }) => upstream === "original");
  return [
    ...(mode === "none" ? [] : [...explainRules(intercept), ...relays.flatMap(explainPorts)]),
    ...(follows ? [`Where a relay follows its devices, only these are served: ${intercept.devices.join(", ")}.`] : []),
    ...(dns === undefined ? [] : [explainDns(dns)]),
  ];
}

function explainRules(intercept: InterceptConfiguration): readonly string[] {
  const { mode, backend, devices, source, prepare, user } = intercept;
  const filter = { auto: "nftables, else iptables", nft: "nftables", iptables: "iptables" }[backend];
  const from = intercept.interface === undefined ? "" : ` that come in on ${intercept.interface}`;
  const how = mode === "tproxy" ? "taken over without address translation" : "redirected";
  return [
    `Connections of ${devices.join(", ")}${from} are ${how}, by ${filter}, for as long as Cloudtap runs.`,
    ...(mode === "tproxy" && source === "device" ? ["Clouds see the devices' own addresses."] : []),
    ...(prepare ? ["Settings of the host that are in the way are changed, and put back by the clean-up."] : []),
    ...(user === undefined ? [] : [`Started as root, relaying runs as ${user}.`]),
  ];
}

function explainPorts({ name, interceptPorts }: Configuration["relays"][number]): readonly string[] {
  if (interceptPorts.length === 0) return [`No port of a cloud leads to relay ${name}; set intercept_ports.`];
  const word = interceptPorts.length === 1 ? "port" : "ports";
  return [`Connections to ${word} ${interceptPorts.join(", ")} lead to relay ${name}.`];
}

function explainDns({ listen, answer, names }: NonNullable<InterceptConfiguration["dns"]>): string {
  const address = answer.length === 0 ? "this host's address" : answer.join(", ");
  const besides = names.length === 0 ? "" : `, and for ${names.join(", ")}`;
  return `A name server on port ${formatEndpoint(listen)} answers questions for the vendors' names${besides}, with ${address}, and forwards every other.`;
}
