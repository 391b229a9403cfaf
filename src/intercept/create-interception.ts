import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { createHost } from "./host.js";
import type { Interception } from "./interception.js";
import { createJournal } from "./journal.js";
import { InterceptKeeper } from "./keeper.js";
import type { InterceptOptions } from "./options.js";
import { demandOf, lookAtHost } from "./prospect.js";

export interface InterceptionPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where it is noted what was changed on the host. */
  readonly dataDir: string;
}

/** Interception on the machine of this process. */
export function createInterception(
  options: InterceptOptions,
  { clock, log, dataDir }: InterceptionPorts,
): Interception {
  const host = createHost();
  const look = () => lookAtHost(options, host);
  return new InterceptKeeper(demandOf(options), { host, journal: createJournal(dataDir), look, clock, log });
}
