import type { EntityDescription } from "../model/entity.js";
import type { Value } from "../model/value.js";

const platforms: ReadonlySet<string> = new Set(["sensor", "number", "binary_sensor", "switch"]);
/** Their values are words, whatever else is said of them. */
const wordClasses: ReadonlySet<string> = new Set(["enum", "date", "timestamp"]);

/** Entities whose values make a curve, at most `limit`: those without a category first, and those that are switched on. */
export function chartedEntities(entities: readonly EntityDescription[], limit: number): readonly EntityDescription[] {
  const curves = entities.filter(makesCurve);
  if (curves.length <= limit) return curves;
  return curves.toSorted((a, b) => rank(a) - rank(b)).slice(0, limit);
}

/** Numbers as they are, what is on or off as 1 or 0; undefined: no place in a chart. */
export function chartedValue(value: Value | undefined, { onOff }: EntityDescription): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === undefined || value === null || onOff === undefined) return undefined;
  if (value === onOff[0]) return 1;
  return value === onOff[1] ? 0 : undefined;
}

/** True: a piece of time is best told by the mean of its values; else by the last one. */
export function isMeasurement({ stateClass }: EntityDescription): boolean {
  return stateClass === "measurement";
}

function makesCurve({ platform, stateClass, unit, deviceClass }: EntityDescription): boolean {
  if (!platforms.has(platform) || wordClasses.has(deviceClass ?? "")) return false;
  const isOnOff = platform === "binary_sensor" || platform === "switch";
  return isOnOff || stateClass !== undefined || unit !== undefined;
}

function rank({ category, enabled }: EntityDescription): number {
  return (category === undefined ? 0 : 2) + (enabled === false ? 1 : 0);
}
