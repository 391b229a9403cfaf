import { recipes } from "../../../texts/recipes.js";
import type { Texts } from "../../../texts/texts.js";
import type { SetupRelay, SetupView } from "../../api-types.js";
import { type Facts, fill } from "./fill.js";
import { known } from "./known.js";

/** The kinds of devices that are led here, the routers and name servers that have steps of their own, and the ways. */
export const kinds = ["solarman", "envoy", "websentry"] as const;
export const routers = [
  ...(["other", "fritzbox", "openwrt", "unifi", "mikrotik", "opnsense"] as const),
  ...(["pfsense", "pihole", "adguard", "dnsmasq", "unbound"] as const),
] as const;
export const ways = ["own", "dns", "gateway"] as const;

export type Kind = (typeof kinds)[number];
export type Router = (typeof routers)[number];
export type Way = (typeof ways)[number];

/** The port that devices of a kind call at their vendor's. */
const vendorPorts: Readonly<Record<Kind, number>> = { solarman: 10000, envoy: 443, websentry: 1030 };

export interface Choice {
  readonly kind: Kind;
  readonly router: Router;
  readonly way: Way;
}

/** What only whoever stands before the device knows; empty: not filled in. */
export interface Given {
  readonly address: string;
  readonly deviceAddress: string;
  readonly deviceMac: string;
}

export interface ShownStep {
  readonly text: string;
  /** To be copied. */
  readonly recipe: string | undefined;
}

export interface GuideContext {
  readonly texts: Pick<Texts, "guides" | "setup">;
  readonly setup: SetupView;
  readonly relay: SetupRelay;
  readonly given: Given;
}

/** The relays that serve a kind of device, those of its own protocol first. */
export function relaysFor(kind: Kind, setup: SetupView): readonly SetupRelay[] {
  return [kind, "auto"].flatMap((protocol) => setup.relays.filter((relay) => relay.protocol === protocol));
}

/** The ways that a router leaves open, in the order in which they are shown. */
export function waysFor(router: Router, texts: Pick<Texts, "guides">): readonly Way[] {
  return ways.filter((way) => way === "own" || Object.hasOwn(texts.guides[way].routers, router));
}

/** The way with the least trouble: nothing that could fail at home, and no rights that Cloudtap does not have yet. */
export function bestWay(kind: Kind, router: Router, setup: SetupView): Way {
  if (kind === "solarman") return "own";
  if (kind === "envoy" && setup.interceptMode !== "none") return "own";
  const canName = router !== "other" && router !== "fritzbox";
  return canName ? "dns" : "own";
}

/** What to know first, and the steps, with everything filled in that is known. */
export function guideFor(
  { kind, router, way }: Choice,
  context: GuideContext,
): { readonly before: readonly string[]; readonly steps: readonly ShownStep[] } {
  const { texts, setup, relay } = context;
  const { guides } = texts;
  const facts = factsOf(kind, context);
  const isShown = (when: string | undefined): boolean => {
    if (when === "no_interception") return setup.interceptMode === "none";
    if (when === "no_name_server") return !setup.nameServer;
    return when !== "port_differs" || facts.vendor_port !== String(relay.port);
  };
  return {
    before: guides.before[kind].map(({ text }) => fill(text, facts)),
    steps: written(kind, router, way, guides)
      .filter(({ when }) => isShown(when))
      .map(({ text, recipe }) => ({ text: fill(text, facts), recipe: recipeText(recipe, facts) })),
  };
}

interface Step {
  readonly text: string;
  readonly recipe?: string;
  readonly when?: string;
}

function written(kind: Kind, router: Router, way: Way, guides: Texts["guides"]): readonly Step[] {
  if (way === "own") return guides.own[kind];
  if (way === "gateway")
    return [...guides.gateway.first, ...stepsAt(guides.gateway.routers, router), ...guides.gateway.last];
  return [...guides.dns.first[kind], ...stepsAt(guides.dns.routers, router), ...guides.dns.config, ...guides.dns.last];
}

function stepsAt(steps: Readonly<Record<string, readonly Step[]>>, router: Router): readonly Step[] {
  return steps[router] ?? [];
}

function recipeText(name: string | undefined, facts: Facts): string | undefined {
  const recipe = name === undefined ? undefined : known<string>(recipes, name);
  return recipe === undefined ? undefined : fill(recipe, facts);
}

function factsOf(kind: Kind, { texts, relay, given }: GuideContext): Facts {
  const { placeholders } = texts.setup;
  const usual = vendorPorts[kind];
  const vendor = relay.vendors.find(({ port }) => port === usual) ?? relay.vendors[0];
  const host = vendor?.host ?? relay.upstream.replace(/:\d+$/, "");
  const [label = "", ...domain] = host.split(".");
  return {
    address: orElse(given.address, placeholders.address),
    device_ip: orElse(given.deviceAddress, placeholders.device_ip),
    device_mac: orElse(given.deviceMac, placeholders.device_mac),
    relay: relay.name,
    protocol: relay.protocol,
    port: String(relay.port),
    upstream: relay.upstream,
    vendor_host: host,
    vendor_port: String(vendor?.port ?? usual),
    vendor_label: label,
    vendor_domain: domain.join("."),
  };
}

function orElse(text: string, otherwise: string): string {
  return text.trim() === "" ? otherwise : text.trim();
}
