import type { Finding } from "../model/finding.js";
import type { HostFacts } from "./host-facts.js";
import type { InterceptOptions } from "./options.js";
import type { RuleSet } from "./rules.js";
import { planSettings, type SettingChange } from "./settings.js";

interface SettingRow {
  readonly check: string;
  readonly leaves: RegExp;
  readonly fine: string;
  /** Why the value is in the way. */
  readonly why: string;
}

const forwarding4: SettingRow = {
  check: "forwarding_v4",
  leaves: /^net\/ipv4\/ip_forward$/,
  fine: "This host forwards IPv4 packets.",
  why: "so this host forwards no IPv4 packets, and what is not led to Cloudtap does not leave the house.",
};
const forwarding6: SettingRow = {
  check: "forwarding_v6",
  leaves: /^net\/ipv6\/conf\/all\/forwarding$|\/accept_ra$/,
  fine: "This host forwards IPv6 packets.",
  why: "so this host forwards no IPv6 packets, or would lose its own route with forwarding on: then an interface listens to the router's advertisements only with accept_ra=2.",
};
const redirects: SettingRow = {
  check: "send_redirects",
  leaves: /\/send_redirects$/,
  fine: "This host does not send the devices past itself.",
  why: "so this host tells devices in the same network to go straight to the router, past Cloudtap.",
};
const reversePath: SettingRow = {
  check: "reverse_path",
  leaves: /\/rp_filter$/,
  fine: "The reverse-path filter lets taken over packets pass.",
  why: "so the strict reverse-path filter drops packets that are taken over with their addresses unchanged.",
};

/** Settings of the kernel that are in the way, one finding a kind. */
export function findSettings(options: InterceptOptions, rules: RuleSet, facts: HostFacts): readonly Finding[] {
  if (facts.settings.size === 0) {
    const found = "The kernel's settings cannot be read here.";
    return [{ check: "settings", state: "unknown", found }];
  }
  const plan = planSettings(rules, facts.settings).filter(({ written }) => written);
  const has4 = rules.families.includes(4);
  const rows = [
    ...(has4 ? [forwarding4] : []),
    ...(rules.families.includes(6) ? [forwarding6] : []),
    ...(has4 ? [redirects] : []),
    ...(has4 && rules.mode === "tproxy" ? [reversePath] : []),
  ];
  return rows.map((row) => judge(row, plan, options));
}

/** The change as a command. */
export function sysctlCommand({ key, set }: SettingChange): string {
  return `sysctl -w ${sysctlName(key)}=${set}`;
}

function judge(row: SettingRow, plan: readonly SettingChange[], { prepare }: InterceptOptions): Finding {
  const { check, fine, why, leaves } = row;
  const changes = plan.filter(({ key }) => leaves.test(key));
  if (changes.length === 0) return { check, state: "ok", found: fine };
  const values = changes.map(({ key, before }) => `${sysctlName(key)} is ${before}`).join(", ");
  const found = `${values}, ${why}`;
  const commands = changes.map(sysctlCommand).join("; ");
  const remedy = prepare
    ? `It is changed when interception begins, and put back by the clean-up: ${commands}`
    : `Set intercept.prepare: true, or run: ${commands}`;
  return { check, state: "problem", found, remedy };
}

/** A dot in an interface's name is a slash there. */
function sysctlName(key: string): string {
  return key
    .split("/")
    .map((part) => part.replaceAll(".", "/"))
    .join(".");
}
