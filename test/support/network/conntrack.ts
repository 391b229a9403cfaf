import type { Namespace } from "./namespace.js";
import type { Family } from "./network.js";

/** One tracked flow: what was sent, and what answers to it are expected to look like. */
export interface Flow {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly replySource: string;
  readonly replyDestination: string;
  readonly replySourcePort: number;
}

/** The TCP flows that a machine tracks. */
export async function trackedFlows(machine: Namespace, family: Family): Promise<readonly Flow[]> {
  const output = await machine.read("conntrack", "-L", "-p", "tcp", "-f", family === 6 ? "ipv6" : "ipv4");
  return output.split("\n").flatMap(parseFlow);
}

/** True where answers come from or go to somebody else than the flow itself says. */
export function isTranslated(flow: Flow): boolean {
  return (
    flow.source !== flow.replyDestination ||
    flow.destination !== flow.replySource ||
    flow.destinationPort !== flow.replySourcePort
  );
}

function parseFlow(line: string): readonly Flow[] {
  const words = [...line.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)];
  const nth = (key: string, index: number): string => words.filter(([, name]) => name === key)[index]?.[2] ?? "";
  if (words.length !== 8) return [];
  return [
    {
      source: nth("src", 0),
      sourcePort: Number(nth("sport", 0)),
      destination: nth("dst", 0),
      destinationPort: Number(nth("dport", 0)),
      replySource: nth("src", 1),
      replyDestination: nth("dst", 1),
      replySourcePort: Number(nth("sport", 1)),
    },
  ];
}
