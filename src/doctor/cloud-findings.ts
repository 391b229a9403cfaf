import type { Finding } from "../model/finding.js";
import { type CloudLook, type Facts, leadsInCircle } from "./facts.js";
import type { NameLook } from "./name-look.js";
import { isOwn } from "./own-addresses.js";
import { meansGateway } from "./plan.js";
import { ok, problem, unknown } from "./verdict.js";

/** Do the cloud's names lead to the cloud, and can it be reached? */
export function findCloud(facts: Facts): readonly Finding[] {
  const { relay, clouds, names } = facts;
  if (relay.isLocal) return [ok("upstream", "With cloud: local no cloud is contacted."), ...judgeSystemNames(facts)];
  if (clouds.length > 0 || names.length > 0) {
    return [
      ...names.map((look) => judgeName(look, facts)),
      ...judgeSystemNames(facts),
      ...clouds.map((cloud) => judgeCloud(cloud, facts)),
    ];
  }
  const { upstream } = relay;
  if (typeof upstream === "object" && leadsInCircle(upstream.host, upstream.port, facts)) {
    return [problem("upstream", `${upstream.host}:${upstream.port} is Cloudtap itself.`, upstreamRemedy(facts))];
  }
  const found = "The relay goes where its devices were heading, which is not known before the first has come.";
  return [...judgeSystemNames(facts), unknown("upstream", found)];
}

function judgeName(look: NameLook, facts: Facts): Finding {
  const { name, addresses, fault } = look;
  const asked = describeServers(look);
  if (addresses.length === 0) {
    const found = `${name} has no address by ${asked}: ${fault ?? "no answer"}.`;
    const remedy = `Is this host online? Set resolver to a name server that answers, such as your router's or a public one; check with: nslookup ${name}`;
    return problem("name", found, remedy);
  }
  const ports = portsOf(name, facts);
  const others = addresses.filter((address) => !ports.some((port) => leadsInCircle(address, port, facts)));
  if (others.length > 0) return ok("name", `${name} is ${others.slice(0, 4).join(", ")} by ${asked}.`);
  const found = `${name} is ${addresses.join(", ")} by ${asked}: that is this host, so Cloudtap would call itself.`;
  return problem("name", found, circleRemedy(look, facts));
}

function portsOf(name: string, { relay }: Facts): readonly number[] {
  const { upstream, vendors } = relay;
  if (typeof upstream === "object") return [upstream.port];
  return vendors.filter(({ host }) => host === name).map(({ port }) => port);
}

function circleRemedy({ servers }: NameLook, { plan }: Facts): string {
  const what = "name servers that know the real address, for example resolver: [9.9.9.9]";
  if (servers.length > 0) return `Set resolver to other ${what}.`;
  const why =
    plan.dns === undefined ? "your DNS leads the name here" : "Cloudtap's own name server leads the name here";
  return `Since ${why}, Cloudtap must ask elsewhere: set resolver to ${what}; then restart Cloudtap.`;
}

/** Where DNS is to lead devices here: what this host would be told, were it a device. */
function judgeSystemNames(facts: Facts): readonly Finding[] {
  const { plan, systemNames, addresses } = facts;
  if (meansGateway(plan) && plan.dns === undefined) return [];
  return systemNames.map((look) => {
    const { name, fault } = look;
    if (look.addresses.some((address) => isOwn(address, addresses))) {
      return ok("system_name", `The DNS that this host uses leads ${name} here.`);
    }
    const found =
      look.addresses.length === 0
        ? `The DNS that this host uses has no address for ${name} (${fault ?? "no answer"})`
        : `The DNS that this host uses says that ${name} is ${look.addresses.slice(0, 4).join(", ")}, so does not lead it here`;
    return unknown("system_name", `${found}; a device may be told otherwise.`);
  });
}

function judgeCloud({ place, look }: CloudLook, facts: Facts): Finding {
  const check = "upstream";
  const { host, port } = place;
  switch (look.type) {
    case "connected": {
      const secured = look.security === "tls" ? ", with a certificate that is trusted" : "";
      return ok(check, `${host}:${port} accepts connections${secured}.`);
    }
    case "untrusted": {
      if (facts.relay.upstreamTls === "insecure") {
        return ok(check, `${host}:${port} accepts connections; any certificate is taken (${look.reason}).`);
      }
      const remedy = `Something between may open TLS: exempt this host from it, or name its authority with upstream_ca of the relay ${facts.relay.name}. upstream_tls: insecure takes any certificate. Is this host's clock right?`;
      return problem(check, `The certificate of ${host}:${port} is not trusted: ${look.reason}.`, remedy);
    }
    case "tls-failed": {
      const remedy = `Does that cloud speak TLS there? Set upstream_tls: plain for the relay ${facts.relay.name} where it does not.`;
      return problem(check, `TLS with ${host}:${port} failed: ${look.reason}.`, remedy);
    }
    default:
      return problem(check, `${host}:${port} cannot be reached: ${look.reason}.`, upstreamRemedy(facts, place));
  }
}

function upstreamRemedy({ relay }: Facts, place?: CloudLook["place"]): string {
  const check = place === undefined ? "" : ` Check with: nc -vz ${place.host} ${place.port}.`;
  return `Is this host online, and may it call out to that port? Is upstream of the relay ${relay.name} right?${check}`;
}

function describeServers({ servers }: NameLook): string {
  return servers.length === 0 ? "the system's DNS" : servers.join(", ");
}
