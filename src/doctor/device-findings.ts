import type { Finding } from "../model/finding.js";
import type { EpochMs } from "../model/time.js";
import type { Caller } from "./callers.js";
import { callersOf, type Facts } from "./facts.js";
import { addressBeside, createAddressSet } from "./own-addresses.js";
import { meansGateway, namesOf } from "./plan.js";
import type { ProgramStatus } from "./status.js";
import { describeAge, describeSpan } from "./time-words.js";
import { hasProblem, ok, problem, unknown } from "./verdict.js";
import { hereFor } from "./way-findings.js";

const shownLimit = 4;
/** A device may be starting, or have kept an older connection or answer. */
const shortestPatienceMs = 600_000;

/** Is the device there, does what it sends come this way, did it connect, and was it let in? */
export function findDevice(facts: Facts, earlier: readonly Finding[]): readonly Finding[] {
  const found: Finding[] = [];
  const steps = [judgeNeighbour, judgeArrival, judgeQuestions, judgeConnection, judgeAdmission];
  for (const step of steps) found.push(...step(facts, [...earlier, ...found]));
  return found;
}

/** How long a device may keep silent before that means something. */
export function patienceMs({ relay }: Facts): number {
  return Math.max(3 * relay.intervalS * 1_000, shortestPatienceMs);
}

function judgeNeighbour(facts: Facts): readonly Finding[] {
  const { neighbours, plan, addresses } = facts;
  const check = "neighbour";
  if (neighbours === undefined) return [unknown(check, "The system does not show its neighbours.")];
  const served = callersOf(facts).filter(({ sessions }) => sessions > 0);
  const devices = served.length > 0 ? served.map(({ address }) => address) : plan.intercept.devices;
  if (devices.length === 0) {
    return [unknown(check, "No device has called yet and none is configured, so its address is not known.")];
  }
  const isDevice = createAddressSet(devices);
  const present = neighbours.filter(({ address, mac }) => mac !== undefined && isDevice(address));
  if (present.length > 0) {
    const shown = present.map((one) => `${one.address} (${one.mac ?? ""}, on ${one.interface})`);
    return [ok(check, `In this host's network: ${shorten(shown)}.`)];
  }
  const away = `${shorten(devices)} ${devices.length === 1 ? "is" : "are"}`;
  const beside = devices.filter((device) => addressBeside(device.split("/")[0] ?? "", addresses) !== undefined);
  if (served.length > 0 && beside.length > 0) {
    return [ok(check, `${shorten(devices)} came here; the neighbour table does not hold it any more.`)];
  }
  if (served.length > 0) return [ok(check, `${away} not in this host's network, but came here through a router.`)];
  if (beside.length === 0)
    return [unknown(check, `${away} in no network of this host, and must come through a router.`)];
  const remedy = `Is the device on, and is that still its address? Your router lists its devices; correct intercept.devices where it has moved, and have the router give it a fixed address. Check with: ping ${beside[0]?.split("/")[0]}`;
  return [problem(check, `None of ${shorten(devices)} answers in this host's network.`, remedy)];
}

function judgeArrival(facts: Facts, earlier: readonly Finding[]): readonly Finding[] {
  const { plan, program, relay, now } = facts;
  const check = "arrival";
  if (!meansGateway(plan) || relay.interceptPorts.length === 0) return [];
  const intercept = program.type === "running" ? program.status.intercept : undefined;
  const counters = (intercept?.counters ?? []).filter((counter) => counter.relay === relay.name);
  const packets = counters.reduce((sum, counter) => sum + counter.packets, 0);
  if (packets > 0) return [ok(check, `The rules have led connections to this relay (${packets} packets counted).`)];
  if (callersOf(facts).some(({ destination }) => destination !== undefined)) {
    return [ok(check, "Connections have been led to this relay.")];
  }
  if (intercept?.state !== "held" || hasProblem(earlier)) {
    return [unknown(check, "Whether the device's packets reach this host can be told once the rules are in place.")];
  }
  const held = now - intercept.since;
  if (held < patienceMs(facts)) return [tooEarly(check, "The rules have led nothing to this relay yet", held, facts)];
  const here = hereFor(facts);
  const found = `In ${describeSpan(held)} the rules have seen no connection of a device to this relay's ports.`;
  return [
    problem(
      check,
      found,
      `Make ${here} the device's gateway: in its own network settings, or for it alone in your router's DHCP server (option 3); then restart the device. Where this host is no router, leave the device as it is and use DNS instead: docs/interception.md.`,
    ),
  ];
}

function judgeQuestions(facts: Facts, earlier: readonly Finding[]): readonly Finding[] {
  const { plan, program, relay, now } = facts;
  const check = "dns_asked";
  const callers = callersOf(facts);
  if (plan.dns === undefined) {
    if (meansGateway(plan) || callers.length > 0) return [];
    return [unknown(check, "Whether the device asked for its cloud's name only your own name server can tell.")];
  }
  const dns = program.type === "running" ? program.status.dns : undefined;
  const names = namesOf(relay, plan);
  const asked = (dns?.asked ?? []).filter(({ name }) => names.includes(name));
  if (asked.length > 0) {
    const shown = asked.map((one) => `${one.address} (${one.name}, ${describeAge(one.at, now)})`);
    return [ok(check, `Asked Cloudtap's name server: ${shorten(shown)}.`)];
  }
  if (callers.length > 0)
    return [ok(check, "Nobody asked Cloudtap's name server, but devices came here all the same.")];
  if (dns?.state !== "listening" || program.type !== "running" || hasProblem(earlier)) {
    return [unknown(check, "Whether the device asked Cloudtap's name server can be told once that answers.")];
  }
  const age = now - program.status.startedAt;
  if (age < patienceMs(facts)) return [tooEarly(check, "No device has asked Cloudtap's name server yet", age, facts)];
  const remedy = `Make ${hereFor(facts)} the device's DNS server: in its own network settings, or in your router's DHCP server (option 6); then restart the device. One that uses a fixed name server needs a gateway: docs/interception.md. Check with: nslookup ${names[0] ?? "NAME"} ${hereFor(facts)}`;
  return [
    problem(check, `In ${describeSpan(age)} nobody asked Cloudtap's name server for ${names.join(", ")}.`, remedy),
  ];
}

function judgeConnection(facts: Facts, earlier: readonly Finding[]): readonly Finding[] {
  const { program, relay, now, plan } = facts;
  const check = "connection";
  if (program.type !== "running") return [unknown(check, "Who connected only the running program can tell.")];
  const served = callersOf(facts).filter(({ sessions }) => sessions > 0);
  if (served.length > 0) return [ok(check, `Connected: ${shorten(served.map((one) => describeCaller(one, now)))}.`)];
  if (callersOf(facts).length > 0) return [ok(check, "A connection came, but it was not let in.")];
  if (hasProblem(earlier)) return [unknown(check, "Nobody has connected; what is missing before that may explain it.")];
  const age = runningFor(program.status, now);
  if (age < patienceMs(facts)) return [tooEarly(check, "Nobody has connected yet", age, facts)];
  const port = relay.listen.port;
  const firewall = `a firewall on this host must let TCP port ${port} in`;
  const remedy =
    meansGateway(plan) || plan.dns !== undefined
      ? `Restart the device, so that it connects anew; ${firewall}.`
      : `Set ${hereFor(facts)} and port ${port} as server in the device, or have your DNS answer ${namesOf(relay, plan).join(", ") || "its cloud's name"} with ${hereFor(facts)}: docs/dns.md.${portHint(facts)} Then restart the device; ${firewall}.`;
  return [problem(check, `In ${describeSpan(age)} nobody has connected to this relay.`, remedy)];
}

/** Who is led by a name still calls its cloud's port. */
function portHint({ relay }: Facts): string {
  const others = relay.vendors.filter(({ port }) => port !== relay.listen.port);
  if (others.length === 0 || others.length < relay.vendors.length) return "";
  return ` By DNS it still calls port ${others.map(({ port }) => port).join(" or ")}, so the relay must listen there.`;
}

function judgeAdmission(facts: Facts): readonly Finding[] {
  const check = "admission";
  const callers = callersOf(facts);
  const refused = callers.filter(({ turnedAway, lastSessionAt }) => (turnedAway?.at ?? 0) > (lastSessionAt ?? 0));
  const [last] = refused.toSorted((a, b) => (b.turnedAway?.at ?? 0) - (a.turnedAway?.at ?? 0));
  if (last?.turnedAway === undefined) {
    return callers.length === 0 ? [] : [ok(check, "Who connected last was let in.")];
  }
  const { reason, count, at } = last.turnedAway;
  const times = count === 1 ? "once" : `${count} times`;
  const found = `${last.address} was turned away ${times}, last ${describeAge(at, facts.now)}: ${reason}.`;
  // A stranger at the door is no fault while the devices come in.
  const isStranger = last.sessions === 0 && callers.some(({ sessions }) => sessions > 0);
  if (isStranger) return [ok(check, found)];
  return [problem(check, found, admissionRemedy(last, reason, facts))];
}

function admissionRemedy({ address }: Caller, reason: string, { relay }: Facts): string {
  if (reason.includes("max_sessions_per_address")) {
    return `Raise max_sessions_per_address of the relay ${relay.name} (now ${relay.maxSessionsPerAddress}), unless something calls that should not.`;
  }
  if (reason.includes("max_sessions")) {
    return `Raise max_sessions of the relay ${relay.name} (now ${relay.maxSessions}), unless something calls that should not.`;
  }
  if (reason.includes("intercept.devices")) {
    return `If that is a device of yours, add ${address} to intercept.devices and restart Cloudtap.`;
  }
  const vendor = relay.vendors[0];
  const place = vendor === undefined ? "HOST:PORT" : `${vendor.host}:${vendor.port}`;
  return `Where the device was heading is not known. Set upstream of the relay ${relay.name} to ${place} instead of original, or have a gateway lead the device here: intercept.mode.`;
}

function runningFor({ startedAt }: ProgramStatus, now: EpochMs): number {
  return now - startedAt;
}

function tooEarly(check: string, found: string, ageMs: number, facts: Facts): Finding {
  const wait = describeSpan(patienceMs(facts));
  return unknown(check, `${found}, in ${describeSpan(ageMs)}.`, `Ask again when it has been ${wait}.`);
}

function describeCaller({ address, sessions, open, lastAt, lastClose }: Caller, now: EpochMs): string {
  const times = sessions === 1 ? "once" : `${sessions} times`;
  const end = lastClose === undefined || open > 0 ? "" : `, ended: ${lastClose.detail}`;
  return `${address} (${times}, last heard ${describeAge(lastAt, now)}${open > 0 ? ", still open" : ""}${end})`;
}

function shorten(entries: readonly string[]): string {
  const rest = entries.length - shownLimit;
  return `${entries.slice(-shownLimit).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
