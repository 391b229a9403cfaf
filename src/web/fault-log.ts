import type { Logger } from "../runtime/log.js";

/** Says that a route failed: as an error the first time, and quietly from then on. */
export function createFaultLog(log: Logger): (route: string, error: unknown) => void {
  const failures = new Map<string, number>();
  return (route, error) => {
    const count = (failures.get(route) ?? 0) + 1;
    failures.set(route, count);
    const fields = { err: error, route, failures: count };
    if (count === 1) log.error(fields, "request failed");
    else log.debug(fields, "request failed");
  };
}
