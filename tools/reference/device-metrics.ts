import type { DeviceId } from "../../src/model/device.js";
import type { EntityDescription } from "../../src/model/entity.js";
import type { Protocol } from "../../src/model/protocol.js";
import type { MetricDefinition } from "../../src/sinks/prometheus/definition.js";
import { Definitions } from "../../src/sinks/prometheus/definitions.js";
import { isText } from "./text-keys.js";

export interface DeviceMetric {
  readonly entity: EntityDescription;
  readonly definition: MetricDefinition;
}

/** The metrics of all entities that devices of a protocol may have and that are no texts. */
export function deviceMetrics(protocol: Protocol): readonly DeviceMetric[] {
  const { name, entities } = protocol;
  const definitions = new Definitions(() => protocol);
  const device = { id: "any" as DeviceId, protocol: name, name, entities, eventTypes: [] };
  return entities.flatMap((entity) => {
    const definition = definitions.of(device, entity.key);
    return definition === undefined || isText(name, entity.key) ? [] : [{ entity, definition }];
  });
}
