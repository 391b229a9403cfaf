import type { EntityDescription } from "../../../model/entity.js";
import type { JsonObject } from "../../../model/value.js";

/** Smallest step that Home Assistant takes. */
const leastStep = 0.001;

/**
 * False for what cannot be shown as it is: a number whose limits are not known (Home Assistant would assume 0 to 100), a
 * select without options, and texts: their pattern would refuse the unknown state that they begin with.
 */
export function canBeAnnounced(entity: EntityDescription): boolean {
  if (entity.platform === "text") return false;
  if (entity.platform === "select") return optionsOf(entity).length > 0;
  if (entity.platform !== "number") return true;
  const { min = 0, max = 0, step = 0 } = entity.range ?? {};
  return Number.isFinite(min) && Number.isFinite(max) && min <= max && step >= leastStep && Number.isFinite(step);
}

/** What belongs to a component that can be written. No `retain`: a retained command would be given at each connection. */
export function controlKeys(
  entity: EntityDescription,
  commandTopic: string,
  [on, off]: readonly [on: string, off: string],
): JsonObject {
  const command = { command_topic: commandTopic, qos: 1 };
  switch (entity.platform) {
    case "number": {
      const unit = entity.unit === undefined ? {} : { unit_of_measurement: entity.unit };
      return { ...command, ...unit, ...entity.range, mode: "box" };
    }
    case "select":
      return { ...command, options: optionsOf(entity) };
    case "switch":
      return { ...command, payload_on: on, payload_off: off, state_on: on, state_off: off };
    case "button":
      return { ...command, payload_press: "PRESS" };
    case "text":
    case "sensor":
    case "binary_sensor":
      return {};
    default:
      return entity.platform satisfies never;
  }
}

/** `none`, however it is written, means unknown to Home Assistant. */
function optionsOf({ options = [] }: EntityDescription): readonly string[] {
  return [...new Set(options)].filter((option) => option !== "" && option.toLowerCase() !== "none");
}
