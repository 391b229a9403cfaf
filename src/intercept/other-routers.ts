import type { InterceptOptions } from "./options.js";

/** The first relay's rule in forms for routers that run something else; names in angle brackets are to be filled in. */
export function renderOtherRouters({ devices, relays, mark, table }: InterceptOptions): readonly string[] {
  const relay = relays.find(({ destinationPorts }) => destinationPorts.length > 0);
  const device = devices.find((one) => !one.includes(":")) ?? devices[0];
  if (relay === undefined || device === undefined) return [];
  const { name, port, destinationPorts } = relay;
  const isSix = device.includes(":");
  const tool = isSix ? "ip6tables" : "iptables";
  const ip = isSix ? "ip -6" : "ip";
  const target = isSix ? "[<CLOUDTAP>]" : "<CLOUDTAP>";
  const [first = 0] = destinationPorts;
  const hex = `0x${mark.toString(16)}`;
  const list = destinationPorts.join(",");
  const nat = `${tool} -t nat`;
  const mangle = `${tool} -t mangle`;
  return [
    `For a router that runs something else: the rule of relay ${name} by hand. These stay until they are removed, so the`,
    "device loses its cloud while Cloudtap does not run. For several devices, repeat the lines with -s.",
    "",
    "1. Cloudtap runs on the router, connections are redirected",
    `${nat} -A PREROUTING -s ${device} -p tcp --dport ${first} -j REDIRECT --to-ports ${port}`,
    "",
    "2. Cloudtap runs on another host than the router: destinations are rewritten. `upstream` must name the cloud then. The",
    "second line makes answers come back through the router where both hosts are in the device's network.",
    `${nat} -A PREROUTING -s <DEVICE> -m mac --mac-source <MAC> -p tcp -m multiport --dports ${list} -j DNAT --to-destination ${target}:${port}`,
    `${nat} -A POSTROUTING -s <DEVICE> -d <CLOUDTAP> -p tcp --dport ${port} -j MASQUERADE`,
    "",
    "3. Cloudtap runs on the router with mode tproxy, addresses stay as they are",
    `${mangle} -N DIVERT`,
    `${mangle} -A PREROUTING -p tcp -m socket -j DIVERT`,
    `${mangle} -A DIVERT -j MARK --set-mark ${mark}`,
    `${mangle} -A DIVERT -j ACCEPT`,
    `${mangle} -A PREROUTING -s ${device} -p tcp --dport ${first} -j TPROXY --tproxy-mark ${hex}/${hex} --on-port ${port}`,
    `${ip} rule add fwmark ${hex} lookup ${table}`,
    `${ip} route add local default dev lo table ${table}`,
  ];
}
