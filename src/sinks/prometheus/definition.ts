import type { EntityDescription } from "../../model/entity.js";
import type { Value } from "../../model/value.js";
import { splitChannel } from "./channels.js";
import { type MetricType, metricName } from "./metric-names.js";
import { type Conversion, conversionOf, toBaseUnit } from "./units.js";

/** The metric of one key of one protocol. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly channel: string;
  readonly deviceClass: string | undefined;
  /** From the unit of the protocol's table; a device may count in another one of the same quantity. */
  readonly conversion: Conversion;
  /** The words that stand for 1 and 0. */
  readonly onOff: readonly [on: string, off: string] | undefined;
  /** The device's own numbers of its words. */
  readonly codes: ReadonlyMap<string, number> | undefined;
  /** A second metric, always 1, with the word in its label `state`. */
  readonly info: { readonly name: string; readonly help: string; readonly options: readonly string[] } | undefined;
}

/** A protocol's own numbers of the words of a key, by word; undefined: it has none. */
export type CodesOf = (key: string) => Readonly<Record<string, number>> | undefined;

/** A number that names a device measures nothing. */
const identifier = /(^|_)serial(_|$)/;
const unnamed = /^prop_0x[0-9a-f]{4}$/;

/** The metric of an entity; undefined: it has nothing that a metric could show. `table`: all entities of the protocol. */
export function defineEntity(
  protocol: string,
  entity: EntityDescription,
  table: readonly EntityDescription[],
  codesOf: CodesOf,
): MetricDefinition | undefined {
  const { key, platform, unit, deviceClass, options } = entity;
  if (platform === "button" || platform === "text" || identifier.test(key)) return undefined;
  const { base, channel } = splitChannel(key);
  const type = isCounter(entity) ? "counter" : "gauge";
  const conversion = conversionOf(unit, deviceClass);
  const suffix = deviceClass === "timestamp" ? "timestamp_seconds" : conversion.suffix;
  const help = helpOf(entity, base, channel, table);
  const codes = codesOf(key);
  return {
    ...{ name: metricName(protocol, base, suffix, type), type, channel, deviceClass, conversion },
    help: options !== undefined && codes !== undefined ? `${help}, by the device's own number` : help,
    onOff: platform === "binary_sensor" || platform === "switch" ? (entity.onOff ?? ["true", "false"]) : undefined,
    codes: codes === undefined ? undefined : new Map(Object.entries(codes)),
    info:
      options === undefined
        ? undefined
        : {
            name: metricName(protocol, `${base}_info`, "", "gauge"),
            help: `${help}, as the label state says`,
            options,
          },
  };
}

/** The metric of a key that no table knows. */
export function defineUnknown(protocol: string, key: string, codesOf: CodesOf): MetricDefinition | undefined {
  if (identifier.test(key)) return undefined;
  const codes = codesOf(key);
  return {
    ...{ name: metricName(protocol, key, "", "gauge"), type: "gauge", channel: "" },
    help: unnamed.test(key) ? `Property ${key.slice(5)} without a known name` : `${key} as the device tells it`,
    ...{ deviceClass: undefined, conversion: conversionOf(undefined), onOff: undefined, info: undefined },
    codes: codes === undefined ? undefined : new Map(Object.entries(codes)),
  };
}

/** How a device counts whose entity has `unit`; undefined: something else than the metric shows. */
export function conversionFor(
  { conversion, deviceClass }: MetricDefinition,
  unit: string | undefined,
): Conversion | undefined {
  const own = conversionOf(unit, deviceClass);
  return own.suffix === conversion.suffix ? own : undefined;
}

/** The value as a number in the base unit; undefined: it is none. */
export function sampleOf(
  definition: MetricDefinition,
  value: Value | undefined,
  conversion: Conversion = definition.conversion,
): number | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? toBaseUnit(value, conversion) : undefined;
    case "boolean":
      return value ? 1 : 0;
    case "string":
      return wordSample(definition, value);
    default:
      return undefined;
  }
}

/** The word that the value is, where the metric has a label for it. */
export function wordOf({ info }: MetricDefinition, value: Value | undefined): string | undefined {
  return typeof value === "string" && info?.options.includes(value) === true ? value : undefined;
}

function wordSample({ onOff, codes, deviceClass }: MetricDefinition, word: string): number | undefined {
  if (deviceClass === "timestamp") {
    const at = Date.parse(word);
    return Number.isNaN(at) ? undefined : at / 1000;
  }
  if (onOff === undefined) return codes?.get(word);
  const place = onOff.indexOf(word);
  return place === -1 ? undefined : 1 - place;
}

/** Lifetime totals, and what Home Assistant is told that it only grows. A day's total falls each night. */
function isCounter({ total, stateClass }: EntityDescription): boolean {
  return total === "lifetime" || (stateClass === "total_increasing" && total === undefined);
}

/** The same for all channels: the name of the entity without a channel where there is one, else without its number. */
function helpOf(
  { name }: EntityDescription,
  base: string,
  channel: string,
  table: readonly EntityDescription[],
): string {
  if (channel === "") return name;
  const whole = table.find((other) => other.key === base);
  if (whole !== undefined) return whole.name;
  const words = name.split(" ").map((word) => word.replace(/^([A-Z]{2,})\d+$/, "$1"));
  return words.filter((word) => word.toLowerCase() !== channel).join(" ");
}
