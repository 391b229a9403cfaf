import { readdir, readlink } from "node:fs/promises";
import type { Host } from "../intercept/host.js";

/** Who has a TCP port of this host. */
export type PortUse =
  | { readonly type: "free" }
  /** `owners` is empty where this account may not see them. */
  | { readonly type: "taken"; readonly owners: readonly PortOwner[] }
  | { readonly type: "unseen" };

export interface PortOwner {
  readonly pid: number;
  readonly name: string;
}

const listening = "0A";

/** Looks who listens on a port, without connecting: a relay would take that for a device. */
export async function lookAtPort(host: Host, port: number): Promise<PortUse> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => host.read(`/proc/net/${name}`)));
  if (tables.every((table) => table === undefined)) return { type: "unseen" };
  const sockets = new Set(tables.flatMap((table) => parseListening(table ?? "", port)));
  if (sockets.size === 0) return { type: "free" };
  return { type: "taken", owners: await findOwners(host, sockets) };
}

/** Inodes of the sockets that listen on a port, from /proc/net/tcp or tcp6: proc(5). */
export function parseListening(table: string, port: number): readonly string[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== listening || inode === undefined) return [];
    return Number.parseInt(local.split(":")[1] ?? "", 16) === port ? [inode] : [];
  });
}

async function findOwners(host: Host, sockets: ReadonlySet<string>): Promise<readonly PortOwner[]> {
  const pids = (await host.list("/proc")).filter((name) => /^\d+$/.test(name));
  const owners: PortOwner[] = [];
  for (const pid of pids) {
    if (!(await holdsOne(pid, sockets))) continue;
    owners.push({ pid: Number(pid), name: (await host.read(`/proc/${pid}/comm`)) ?? "?" });
  }
  return owners;
}

/** False also for processes of other accounts, into which only root may look, and for those that end meanwhile. */
async function holdsOne(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const links = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return links.some((link) => sockets.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ""));
}
