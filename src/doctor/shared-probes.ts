import type { Clock } from "../runtime/clock.js";
import type { Probes } from "./probes.js";

/** How long a look holds. What disturbs others, or starts programs, is not done for everyone who asks. */
const heldMs = { name: 30_000, dial: 30_000, hostFindings: 30_000, neighbours: 10_000, rules: 10_000, routes: 10_000 };
/** Results that are kept of one kind. */
const resultLimit = 64;

interface Held<T> {
  readonly until: number;
  readonly result: Promise<T>;
}

/** The same looks for somebody who asks again and again: each is taken once, and its result given to all who ask soon after. */
export function shareProbes(probes: Probes, clock: Clock): Probes {
  return {
    ...probes,
    name: shared((name, servers) => probes.name(name, servers), heldMs.name, clock),
    dial: shared((target) => probes.dial(target), heldMs.dial, clock),
    hostFindings: shared((options) => probes.hostFindings(options), heldMs.hostFindings, clock),
    neighbours: shared((wake) => probes.neighbours(wake), heldMs.neighbours, clock),
    rules: shared((demand) => probes.rules(demand), heldMs.rules, clock),
    routes: shared((demand) => probes.routes(demand), heldMs.routes, clock),
  };
}

/** What is asked is told apart as JSON. */
function shared<A extends readonly unknown[], T>(
  look: (...asked: A) => Promise<T>,
  forMs: number,
  clock: Clock,
): (...asked: A) => Promise<T> {
  const held = new Map<string, Held<T>>();
  return (...asked) => {
    const key = JSON.stringify(asked);
    const now = clock.now();
    const known = held.get(key);
    if (known !== undefined && known.until > now) return known.result;
    if (held.size >= resultLimit) held.clear();
    const result = look(...asked);
    held.set(key, { until: now + forMs, result });
    return result;
  };
}
