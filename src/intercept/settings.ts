import type { Host } from "./host.js";

/** One setting of the kernel that is in the way of interception, and what it is changed to. */
export interface SettingChange {
  /** Path under /proc/sys. */
  readonly key: string;
  readonly before: string;
  readonly set: string;
  /** False: nothing is written now, but putting back another setting changes it, so it is put back after that one. */
  readonly written: boolean;
}

/** Values by path under /proc/sys. */
export type Settings = ReadonlyMap<string, string>;

/** What of a configuration decides which settings matter. */
export interface SettingsDemand {
  readonly families: readonly (4 | 6)[];
  readonly mode: "redirect" | "tproxy";
  /** Where the devices' packets come in; absent: anywhere. */
  readonly interface?: string;
}

const leaves = {
  4: ["forwarding", "accept_redirects", "rp_filter", "send_redirects"],
  6: ["forwarding", "accept_ra"],
} as const;
const forwarding4 = "net/ipv4/ip_forward";
const forwarding6 = "net/ipv6/conf/all/forwarding";
/** Not interfaces, but what holds for all of them and for those to come. */
const collective = ["all", "default"];
const known = /^net\/ipv([46])\/(?:ip_forward|conf\/(?!\.\.?\/)([^/]+)\/([a-z_]+))$/;

/** True for the settings that Cloudtap changes: nothing else is ever written, whatever a journal says. */
export function isKnownSetting(key: string): boolean {
  const [, family, place, leaf] = known.exec(key) ?? [];
  if (family === undefined) return false;
  if (place === undefined) return family === "4";
  const names: readonly string[] = family === "4" ? leaves[4] : leaves[6];
  return leaf !== undefined && names.includes(leaf);
}

/** The settings of all interfaces, as they are now. */
export async function readSettings(host: Host): Promise<Settings> {
  const keys = [forwarding4];
  for (const family of [4, 6] as const) {
    const folder = `net/ipv${family}/conf`;
    const places = await host.list(`/proc/sys/${folder}`);
    keys.push(...places.flatMap((place) => leaves[family].map((leaf) => `${folder}/${place}/${leaf}`)));
  }
  const values = await Promise.all(keys.map((key) => host.read(`/proc/sys/${key}`)));
  return new Map(keys.flatMap((key, index) => pair(key, values[index])));
}

/** What must change, in this order; put back in the opposite one. Nothing where everything is as it should be. */
export function planSettings(demand: SettingsDemand, settings: Settings): readonly SettingChange[] {
  return [
    ...(demand.families.includes(4) ? [...planForwarding4(settings), ...planRedirects(demand, settings)] : []),
    ...(demand.families.includes(6) ? planForwarding6(settings) : []),
    ...(demand.families.includes(4) && demand.mode === "tproxy" ? planReversePath(demand, settings) : []),
  ];
}

/** The kernel writes this one setting through to every interface, and the other way when it is put back. */
function planForwarding4(settings: Settings): readonly SettingChange[] {
  if (settings.get(forwarding4) !== "0") return [];
  const redirects = "net/ipv4/conf/all/accept_redirects";
  return [
    ...lostWhenPutBack(settings, 4),
    ...(settings.get(redirects) === "0" ? [kept(redirects, "0")] : []),
    changed(forwarding4, "0", "1"),
  ];
}

/** A router takes no router advertisements unless it is told to: this host must not lose its own way out. */
function planForwarding6(settings: Settings): readonly SettingChange[] {
  if (settings.get(forwarding6) !== "0") return [];
  const advertised = placesOf(settings, 6)
    .map((place) => `net/ipv6/conf/${place}/accept_ra`)
    .filter((key) => settings.get(key) === "1")
    .map((key) => changed(key, "1", "2"));
  return [...advertised, ...lostWhenPutBack(settings, 6), changed(forwarding6, "0", "1")];
}

function lostWhenPutBack(settings: Settings, family: 4 | 6): readonly SettingChange[] {
  return [...placesOf(settings, family), "default"]
    .map((place) => `net/ipv${family}/conf/${place}/forwarding`)
    .filter((key) => settings.get(key) === "1")
    .map((key) => kept(key, "1"));
}

/** A gateway beside the router would tell the device to go straight to the router. `all` or the interface is enough for it. */
function planRedirects(demand: SettingsDemand, settings: Settings): readonly SettingChange[] {
  return ["all", ...interfacesOf(demand, settings)]
    .map((place) => `net/ipv4/conf/${place}/send_redirects`)
    .filter((key) => settings.get(key) === "1")
    .map((key) => changed(key, "1", "0"));
}

/** The stricter one of `all` and the interface holds; 2 is loose, and the highest. */
function planReversePath(demand: SettingsDemand, settings: Settings): readonly SettingChange[] {
  const everywhere = Number(settings.get("net/ipv4/conf/all/rp_filter") ?? 0);
  return interfacesOf(demand, settings).flatMap((place) => {
    const key = `net/ipv4/conf/${place}/rp_filter`;
    const before = settings.get(key);
    if (before === undefined || Math.max(everywhere, Number(before)) !== 1) return [];
    return [changed(key, before, "2")];
  });
}

function interfacesOf(demand: SettingsDemand, settings: Settings): readonly string[] {
  return demand.interface === undefined ? placesOf(settings, 4) : [demand.interface];
}

function placesOf(settings: Settings, family: 4 | 6): readonly string[] {
  const places = [...settings.keys()].flatMap((key) => {
    const [, of, place] = known.exec(key) ?? [];
    return of === String(family) && place !== undefined ? [place] : [];
  });
  return [...new Set(places)].filter((place) => !collective.includes(place) && place !== "lo").toSorted();
}

function changed(key: string, before: string, set: string): SettingChange {
  return { key, before, set, written: true };
}

function kept(key: string, value: string): SettingChange {
  return { key, before: value, set: value, written: false };
}

function pair(key: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[key, value]];
}
