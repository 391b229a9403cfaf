import type { Finding } from "../model/finding.js";
import { callersOf, type Facts } from "./facts.js";
import { addressForDevices } from "./own-addresses.js";
import type { KernelLook } from "./packet-filter-look.js";
import { meansGateway, namesOf } from "./plan.js";
import type { ProgramStatus } from "./status.js";
import { ok, problem, unknown } from "./verdict.js";

/** Checks of interception whose answer does not depend on who asks. */
const lookedAtAnew = ["interface", "send_redirects", "reverse_path", "forward_policy_v4", "forward_policy_v6"];

/** How devices are meant to come here, and is what leads them here in place? */
export function findWay(facts: Facts): readonly Finding[] {
  return [
    judgeWay(facts),
    ...judgeNameServer(facts),
    ...judgeRules(facts),
    ...judgeRoute(facts),
    ...judgeForwarding(facts),
    ...hostProblems(facts),
  ];
}

/** How a device reaches this host, in words where it has no address that one could know. */
export function hereFor(facts: Facts): string {
  const { plan, addresses } = facts;
  const devices = [...callersOf(facts).map(({ address }) => address), ...plan.intercept.devices];
  return addressForDevices(devices, addresses, plan.intercept.interface) ?? "this host's address";
}

function judgeWay(facts: Facts): Finding {
  const { plan, relay } = facts;
  const { mode, devices } = plan.intercept;
  const named = plan.dns === undefined ? [] : namesOf(relay, plan);
  const asked = `the names ${named.join(", ")} are answered with this host by Cloudtap's own name server`;
  if (meansGateway(plan) && relay.interceptPorts.length > 0) {
    const led = `${relay.interceptPorts.length === 1 ? "port" : "ports"} ${relay.interceptPorts.join(", ")}`;
    const besides = named.length === 0 ? "" : `; besides, ${asked}`;
    return ok("way", `This host is to lead ${devices.join(", ")} here, on the way to ${led} (${mode})${besides}.`);
  }
  const ports = relay.vendors.map(({ port }) => port);
  if (named.length > 0 && ports.length > 0 && !ports.includes(relay.listen.port) && callersOf(facts).length === 0) {
    const found = `Devices that ask for a name still call port ${ports.join(" or ")} here, but the relay listens on ${relay.listen.port}.`;
    return problem("way", found, `Set listen: ${ports[0]} for the relay ${relay.name}, or lead that port to it.`);
  }
  if (named.length > 0) return ok("way", `${asked.charAt(0).toUpperCase()}${asked.slice(1)}.`);
  if (meansGateway(plan)) {
    const remedy = `Set intercept_ports of the relay ${relay.name} to the ports that its devices call at their cloud.`;
    return problem("way", "No port of a cloud leads to this relay, because the relay names none.", remedy);
  }
  const target = `${hereFor(facts)} port ${relay.listen.port}`;
  return ok("way", `The device's own setting, or the DNS of your network, is to lead it to ${target}.`);
}

function judgeNameServer({ plan, program }: Facts): readonly Finding[] {
  const check = "name_server";
  if (plan.dns === undefined) return [];
  if (program.type !== "running") return [unknown(check, "Whether the name server answers only the program can tell.")];
  const { dns } = program.status;
  if (dns?.state === "listening") return [ok(check, `Cloudtap's name server answers on port ${plan.dns.listen}.`)];
  if (dns === undefined)
    return [problem(check, "The program was started without its name server.", "Restart Cloudtap.")];
  const why = dns.error === undefined ? "" : `: ${dns.error}`;
  const remedy = `Free the port, or set intercept.dns.listen, or have the name server that has it answer in Cloudtap's place: docs/dns.md.`;
  return [problem(check, `Cloudtap's name server does not answer on port ${plan.dns.listen}${why}.`, remedy)];
}

function judgeRules(facts: Facts): readonly Finding[] {
  const { rules } = facts;
  if (rules === undefined) return [];
  const remedy =
    "Restart Cloudtap, which puts the rules in place or says in its log what it lacks. Its log also says when another program empties the packet filter. cloudtap intercept print shows what is wanted.";
  return [judgeKernel("rules", rules, facts, { what: "rules", remedy })];
}

function judgeRoute(facts: Facts): readonly Finding[] {
  const { routes, plan } = facts;
  if (routes === undefined) return [];
  const { table } = plan.intercept;
  const remedy = `Restart Cloudtap, which adds the rule and the route. If they vanish again, something else uses table ${table}: set intercept.table and intercept.mark to numbers of their own.`;
  return [judgeKernel("route", routes, facts, { what: "route", remedy })];
}

/** What the tools show counts most, then what the program says. */
function judgeKernel(
  check: string,
  look: KernelLook,
  { program }: Facts,
  words: { readonly what: string; readonly remedy: string },
): Finding {
  const { what, remedy } = words;
  const told = program.type === "running" ? program.status.intercept : undefined;
  if (told?.state === "failed" && check === "rules") {
    return problem(check, `Cloudtap could not put the rules in place: ${told.reason ?? "its log says why"}.`, remedy);
  }
  switch (look.type) {
    case "present":
      return ok(check, `In place: ${look.what}.`);
    case "absent":
      if (program.type !== "absent") return problem(check, `Missing: ${look.what}.`, remedy);
      return unknown(check, `The ${what} ${what === "rules" ? "are" : "is"} lifted while Cloudtap does not run.`);
    default:
      return judgeToldRules(check, look.reason, told, words);
  }
}

function judgeToldRules(
  check: string,
  unseen: string,
  told: ProgramStatus["intercept"],
  { what, remedy }: { readonly what: string; readonly remedy: string },
): Finding {
  if (told?.state === "held") return ok(check, `Cloudtap says that it holds them (${told.backend ?? told.mode}).`);
  if (told?.state === "lifted") return problem(check, `Cloudtap says that it has lifted its ${what}.`, remedy);
  return unknown(check, `The ${what} cannot be looked at from here: ${unseen}.`, "Run the doctor as root.");
}

function judgeForwarding({ forwarding, program, plan }: Facts): readonly Finding[] {
  const check = "forwarding";
  if (forwarding.length === 0) return [];
  const off = forwarding.filter(({ on }) => on === false);
  if (off.length > 0 && program.type === "absent" && plan.intercept.prepare) {
    return [unknown(check, "This host does not forward while Cloudtap, which is to switch that on, does not run.")];
  }
  if (off.length > 0) {
    const settings = off.map(({ family }) => (family === 4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"));
    const found = `This host does not forward ${off.map(({ family }) => `IPv${family}`).join(" and ")}, so what else the device sends ends here.`;
    const commands = settings.map((name) => `sysctl -w ${name}=1`).join(" && ");
    return [problem(check, found, `Set intercept.prepare: true and restart Cloudtap, or run: ${commands}`)];
  }
  const families = forwarding.map(({ family }) => `IPv${family}`).join(" and ");
  if (forwarding.some(({ on }) => on === undefined)) {
    return [unknown(check, `The system does not say whether it forwards ${families}.`)];
  }
  return [ok(check, `This host forwards ${families}.`)];
}

/**
 * What of the host is in the way. Settings and policies are looked at anew, since they may have changed since the start;
 * whether the program has its rights only the program can tell.
 */
function hostProblems({ program, plan, hostFindings }: Facts): readonly Finding[] {
  if (!meansGateway(plan)) return [];
  const told = program.type === "running" ? (program.status.intercept?.findings ?? []) : [];
  const isPutBack = program.type !== "running" && plan.intercept.prepare;
  const seen = isPutBack ? [] : hostFindings.filter(({ check }) => lookedAtAnew.includes(check));
  const others = told.filter(({ check }) => !lookedAtAnew.includes(check) && !check.startsWith("forwarding"));
  return [...others, ...seen].filter(({ state }) => state === "problem");
}
