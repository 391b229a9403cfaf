import type { Protocol } from "../model/protocol.js";
import type { AnonymizedCopy } from "../recording/anonymizer.js";
import { anonymizeRecordings } from "../recording/anonymizer.js";
import type { ReplacedCounts } from "../recording/pseudonyms.js";
import type { CommandContext } from "./context.js";

export interface AnonymizeOptions {
  readonly files: readonly string[];
  /** A new file. */
  readonly output: string;
  readonly protocols: readonly Protocol[];
  /** What the user says that all of it is. */
  readonly given?: Protocol;
  readonly keepsUnframed: boolean;
}

const warning =
  "Look through it before you share it: what nobody has decoded yet may still tell whose it is. Times, ports and the time zone are as they were.";
const kinds: Readonly<Record<keyof ReplacedCounts, readonly [one: string, more: string]>> = {
  serials: ["serial number", "serial numbers"],
  macs: ["MAC address", "MAC addresses"],
  addresses: ["IP address", "IP addresses"],
  names: ["name or password", "names and passwords"],
  places: ["place", "places"],
};

/** `cloudtap decode --anonymize`: returns the exit code, 1 where something could not be read. Originals are never printed. */
export async function writeAnonymizedCopy(options: AnonymizeOptions, context: CommandContext): Promise<number> {
  const { files, output, protocols, given, keepsUnframed } = options;
  const copy = await anonymizeRecordings(files, output, {
    ...{ protocols, keepsUnframed, now: context.clock.now(), application: `Cloudtap ${context.version}` },
    ...(given === undefined ? {} : { given }),
  });
  for (const fault of copy.faults) context.err.write(`cloudtap: ${fault}\n`);
  context.out.write(`${describeCopy(copy, output).join("\n")}\n`);
  context.err.write(`${warning}\n`);
  return copy.faults.length === 0 ? 0 : 1;
}

/** What was done, in lines. */
export function describeCopy(copy: AnonymizedCopy, output: string): readonly string[] {
  const { legs, unreadableLegs, blankedBytes, replaced } = copy;
  const found = kindNames().flatMap((kind) => (replaced[kind] === 0 ? [] : [counted(replaced[kind], kinds[kind])]));
  return [
    `Wrote ${output}: ${counted(legs, ["connection", "connections"])}.`,
    `Replaced: ${found.length === 0 ? "nothing" : found.join(", ")}.`,
    ...(unreadableLegs === 0
      ? []
      : [`Left out what passed on ${counted(unreadableLegs, ["connection", "connections"])} that nobody can read.`]),
    ...(blankedBytes === 0 ? [] : [`Blanked ${counted(blankedBytes, ["byte", "bytes"])} that make no frame.`]),
  ];
}

function kindNames(): readonly (keyof ReplacedCounts)[] {
  return ["serials", "macs", "addresses", "names", "places"];
}

function counted(count: number, [one, more]: readonly [string, string]): string {
  return `${count} ${count === 1 ? one : more}`;
}
