import type { Finding } from "../model/finding.js";
import type { ForwardPolicy, HostFacts } from "./host-facts.js";
import type { RuleSet } from "./rules.js";

/** Whether the devices' other traffic, such as DNS and NTP, passes this host's packet filter. */
export function findForwardPolicy(rules: RuleSet, { forwarding }: HostFacts): readonly Finding[] {
  return forwarding.map((policy): Finding => {
    const tool = policy.family === 4 ? "iptables" : "ip6tables";
    const check = `forward_policy_v${policy.family}`;
    const devices = rules.devices[policy.family];
    if (!policy.drops) return { check, state: "ok", found: `${tool} forwards what no rule forbids.` };
    const dropped = devices.filter((device) => !policy.rules.some((rule) => accepts(rule, device, rules.interface)));
    if (dropped.length === 0) return { check, state: "ok", found: `${tool} forwards what the devices send.` };
    const whose = policy.hasDockerUser ? "Docker has set" : "The policy is";
    const found = `${whose} ${tool} to drop what it forwards, and nothing lets ${dropped.join(", ")} pass: names, time and whatever else the devices ask for do not get through.`;
    return { check, state: "problem", found, remedy: remedyOf(policy, tool, dropped, rules.interface) };
  });
}

function remedyOf(policy: ForwardPolicy, tool: string, devices: readonly string[], from: string | undefined): string {
  const chain = policy.hasDockerUser ? "DOCKER-USER" : "FORWARD";
  const interfaceIn = from === undefined ? "" : `-i ${from} `;
  const interfaceOut = from === undefined ? "" : `-o ${from} `;
  const commands = devices.flatMap((device) => [
    `${tool} -I ${chain} ${interfaceIn}-s ${device} -j ACCEPT`,
    `${tool} -I ${chain} ${interfaceOut}-d ${device} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ]);
  const itself = policy.hasDockerUser ? "Set intercept.prepare: true, or run: " : "Run: ";
  return `${itself}${commands.join("; ")}`;
}

/** A rule that takes everything from the device, or from everybody; one with further conditions counts for nothing. */
function accepts(rule: string, device: string, from: string | undefined): boolean {
  if (!rule.endsWith(" -j ACCEPT")) return false;
  const rest = rule
    .replace(/^-A \S+/, "")
    .replace(/ -j ACCEPT$/, "")
    .replace(/ -m comment --comment ("[^"]*"|\S+)/, "");
  const [, source] = / -s (\S+)/.exec(rest) ?? [];
  const [, inward] = / -i (\S+)/.exec(rest) ?? [];
  if (rest.replace(/ -[si] \S+/g, "") !== "" || rest.includes("! ")) return false;
  if (inward !== undefined && inward !== from) return false;
  return source === undefined || withoutHostPrefix(source) === withoutHostPrefix(device);
}

function withoutHostPrefix(network: string): string {
  return network.replace(/\/(32|128)$/, "");
}
