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
  const ports = { host, journal: createJournal(dataDir), clock, log };
  const keeperOf = (led: InterceptOptions): InterceptKeeper =>
    new InterceptKeeper(demandOf(led), { ...ports, look: () => lookAtHost(led, host) });
  let keeper = keeperOf(options);
  return {
    name: "interception",
    serve(names) {
      const left = options.relays.filter(({ name }) => !names.includes(name));
      for (const { name } of left) log.warn({ relay: name }, "devices are not led to a relay that does not listen");
      keeper = keeperOf({ ...options, relays: options.relays.filter(({ name }) => names.includes(name)) });
    },
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    status: () => keeper.status(),
  };
}
