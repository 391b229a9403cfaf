import type { RouteDemand } from "./host-routes.js";
import { parseEntries, routeChange, routeTag, ruleChange } from "./host-routes.js";
import { bypassMarkOf, type Family } from "./rules.js";

/** Something of another program that uses a mark or a table of Cloudtap. */
export interface RoutingClash {
  readonly what: "mark" | "bypass-mark" | "table";
  readonly family: Family;
  /** As people know it from `ip rule` and `ip route`. */
  readonly entry: string;
}

/** What `ip -N -j` says of one family: its rules, and the routes of the configured table. */
export interface RoutingListing {
  readonly family: Family;
  readonly rules: string;
  readonly routes: string;
}

const allBits = 0xffffffff;

/** Arguments of `ip` that lead packets with the mark here, for each family; removed in the opposite order. */
export function routingCommands(
  { mark, table, families }: RouteDemand,
  change: "add" | "del",
): readonly (readonly string[])[] {
  const commands = families.flatMap((family) => [
    [`-${family}`, ...routeChange(change, String(table))],
    [`-${family}`, ...ruleChange(change, { mark, table })],
  ]);
  return change === "add" ? commands : commands.toReversed();
}

/** Rules and routes of others that use the same marks or the same table; own ones are told by their tag. */
export function findRoutingClashes(
  { family, rules, routes }: RoutingListing,
  { mark, table }: { readonly mark: number; readonly table: number },
): readonly RoutingClash[] {
  const foreign = parseEntries(rules).filter(({ protocol }) => String(protocol) !== routeTag);
  const ofRules = foreign.flatMap((rule): readonly RoutingClash[] => {
    const entry = describeRule(rule);
    if (catches(rule, mark)) return [{ what: "mark", family, entry }];
    if (String(rule.table) === String(table)) return [{ what: "table", family, entry }];
    return catches(rule, bypassMarkOf(mark)) ? [{ what: "bypass-mark", family, entry }] : [];
  });
  const ofRoutes = parseEntries(routes)
    .filter(({ protocol }) => String(protocol) !== routeTag)
    .map((route): RoutingClash => ({ what: "table", family, entry: describeRoute(route) }));
  return [...ofRules, ...ofRoutes];
}

/** True where a packet with this mark meets the rule because of it; `not` and zero speak of packets without a mark. */
function catches({ not, fwmark, fwmask }: Readonly<Record<string, unknown>>, mark: number): boolean {
  if (fwmark === undefined || Number(fwmark) === 0 || not !== undefined) return false;
  const mask = fwmask === undefined ? allBits : Number(fwmask);
  // >>> keeps 32 bits without a sign.
  return (mark & mask) >>> 0 === Number(fwmark);
}

function describeRule({ priority, fwmark, fwmask, table }: Readonly<Record<string, unknown>>): string {
  const mask = fwmask === undefined ? "" : `/${fwmask}`;
  const match = fwmark === undefined ? "" : ` fwmark ${fwmark}${mask}`;
  return `ip rule ${priority}:${match} lookup ${table}`;
}

function describeRoute({ type, dst, dev, table }: Readonly<Record<string, unknown>>): string {
  const words = [
    type,
    dst,
    ...(dev === undefined ? [] : ["dev", dev]),
    ...(table === undefined ? [] : ["table", table]),
  ];
  return `ip route ${words.filter((word) => word !== undefined).join(" ")}`;
}
