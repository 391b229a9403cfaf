import type { DeviceDescription } from "../../model/device.js";
import type { EntityDescription } from "../../model/entity.js";
import { type CodesOf, defineEntity, defineUnknown, type MetricDefinition } from "./definition.js";

/** What a protocol tells of its keys. */
export interface KeyTables {
  readonly entities: readonly EntityDescription[];
  readonly codes?: CodesOf;
}

interface ProtocolDefinitions {
  readonly entities: readonly EntityDescription[];
  readonly listed: ReadonlyMap<string, EntityDescription>;
  readonly codesOf: CodesOf;
  /** Null: no metric shows it. */
  readonly byKey: Map<string, MetricDefinition | null>;
  /** Name and channel that a key has. */
  readonly taken: Set<string>;
  readonly helps: Map<string, string>;
}

/** No protocol has so many keys; a hostile device could make some up. */
const keyLimit = 4_096;

/**
 * The metrics of all keys, each made when it first comes. What a protocol's table says of a key wins over what a device announces, so that
 * two devices never show one metric in two ways.
 */
export class Definitions {
  readonly #tablesOf: (protocol: string) => KeyTables | undefined;
  readonly #protocols = new Map<string, ProtocolDefinitions>();

  constructor(tablesOf: (protocol: string) => KeyTables | undefined) {
    this.#tablesOf = tablesOf;
  }

  /** Undefined: no metric shows this key of that device. */
  of({ protocol, entities }: DeviceDescription, key: string): MetricDefinition | undefined {
    const known = this.#protocol(protocol);
    const found = known.byKey.get(key);
    if (found !== undefined) return found ?? undefined;
    if (known.byKey.size >= keyLimit) return undefined;
    const entity = known.listed.get(key) ?? entities.find((one) => one.key === key);
    const made =
      entity === undefined
        ? defineUnknown(protocol, key, known.codesOf)
        : defineEntity(protocol, entity, known.entities, known.codesOf);
    const definition = made === undefined ? undefined : claim(known, made);
    known.byKey.set(key, definition ?? null);
    return definition;
  }

  /** True: the table has it, so that a device that does not announce it has no value that could be trusted. */
  isListed(protocol: string, key: string): boolean {
    return this.#protocol(protocol).listed.has(key);
  }

  #protocol(name: string): ProtocolDefinitions {
    const known = this.#protocols.get(name);
    if (known !== undefined) return known;
    const { entities = [], codes } = this.#tablesOf(name) ?? {};
    const made: ProtocolDefinitions = {
      entities,
      listed: new Map(entities.map((entity) => [entity.key, entity])),
      codesOf: (key) => codes?.(key),
      ...{ byKey: new Map(), taken: new Set(), helps: new Map() },
    };
    this.#protocols.set(name, made);
    return made;
  }
}

/** One series twice would make Prometheus refuse all others with it: the first key has the name. */
function claim({ taken, helps }: ProtocolDefinitions, made: MetricDefinition): MetricDefinition | undefined {
  const names = [made.name, ...(made.info === undefined ? [] : [made.info.name])];
  const series = names.map((name) => `${name} ${made.channel}`);
  if (series.some((one) => taken.has(one))) return undefined;
  for (const one of series) taken.add(one);
  const help = helps.get(made.name) ?? made.help;
  helps.set(made.name, help);
  return { ...made, help };
}
