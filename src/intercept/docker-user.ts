import type { Host } from "./host.js";
import { describeResult } from "./host-commands.js";

/** Whose traffic Docker must let through. */
export interface DockerDemand {
  readonly family: 4 | 6;
  readonly devices: readonly string[];
  readonly interface?: string;
}

/** What was done, and what did not work, a sentence each. */
export interface DockerReport {
  readonly done: readonly string[];
  readonly problems: readonly string[];
}

const chain = "DOCKER-USER";
const tag = "--comment cloudtap ";
const nothing: DockerReport = { done: [], problems: [] };

/**
 * Lets the devices' other traffic pass where Docker drops what it does not know. Only in the chain that Docker leaves to
 * others, and only where Docker's policy is in the way.
 */
export async function openDockerForward(host: Host, demand: DockerDemand): Promise<DockerReport> {
  if (demand.devices.length === 0) return nothing;
  const { commands } = host;
  const tool = toolOf(demand.family);
  const [forward, user] = [await commands.run(tool, list("FORWARD")), await commands.run(tool, list(chain))];
  if (forward.type !== "done" || user.type !== "done") return nothing;
  if (!forward.stdout.startsWith("-P FORWARD DROP")) return nothing;
  const wanted = demand.devices.flatMap((device) => accept(device, demand.interface));
  const own = ownRules(user.stdout);
  const lines = [...own.map((rule) => `-D ${rule}`), ...wanted.toReversed().map((rule) => `-I ${chain} ${rule}`)];
  const result = await commands.run(`${tool}-restore`, ["--noflush", "-w", "5"], table(lines));
  if (result.type !== "done") return { done: [], problems: [`Docker's ${chain}: ${describeResult(result)}`] };
  return { done: [`let the devices pass Docker's FORWARD policy in ${tool}, chain ${chain}`], problems: [] };
}

/** Removes its own rules there; finds them by their comment. */
export async function closeDockerForward(host: Host, family: 4 | 6): Promise<DockerReport> {
  const { commands } = host;
  const tool = toolOf(family);
  const user = await commands.run(tool, list(chain));
  const own = user.type === "done" ? ownRules(user.stdout) : [];
  if (own.length === 0) return nothing;
  const result = await commands.run(
    `${tool}-restore`,
    ["--noflush", "-w", "5"],
    table(own.map((rule) => `-D ${rule}`)),
  );
  if (result.type !== "done") return { done: [], problems: [`Docker's ${chain}: ${describeResult(result)}`] };
  return { done: [`removed ${own.length} rules of ${tool}, chain ${chain}`], problems: [] };
}

/** What the devices say, and answers to it. */
function accept(device: string, from: string | undefined): readonly string[] {
  const inward = from === undefined ? "" : `-i ${from} `;
  const outward = from === undefined ? "" : `-o ${from} `;
  return [
    `${inward}-s ${device} -m comment --comment cloudtap -j ACCEPT`,
    `${outward}-d ${device} -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment cloudtap -j ACCEPT`,
  ];
}

/** Rules with its comment, as `-A CHAIN …` lists them, without the first word. */
function ownRules(listing: string): readonly string[] {
  return listing
    .split("\n")
    .filter((line) => line.startsWith(`-A ${chain} `) && line.includes(tag))
    .map((line) => line.slice("-A ".length));
}

function list(name: string): readonly string[] {
  return ["-w", "5", "-S", name];
}

function table(lines: readonly string[]): string {
  return `*filter\n${lines.join("\n")}\nCOMMIT\n`;
}

function toolOf(family: 4 | 6): string {
  return family === 4 ? "iptables" : "ip6tables";
}
