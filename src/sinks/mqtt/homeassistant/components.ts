import type { DeviceDescription } from "../../../model/device.js";
import type { EntityDescription } from "../../../model/entity.js";
import type { JsonObject } from "../../../model/value.js";
import type { ValueTopics } from "../options.js";
import { bridgeKeys, cloudKeys, commonEventTypes } from "../payloads.js";
import { type Topics, topicLevel } from "../topics.js";
import { canBeAnnounced, controlKeys } from "./controls.js";

export interface DiscoveryContext {
  readonly topics: Topics;
  readonly values: ValueTopics;
  readonly version: string;
  /** Where users get help; shown by Home Assistant. */
  readonly supportUrl?: string;
}

/** One component map of a device document. */
export interface Component extends JsonObject {
  readonly platform: string;
}

/** What every device shows besides its own values. */
const bridgeEntities: readonly EntityDescription[] = [
  {
    key: bridgeKeys.lastSeen,
    platform: "sensor",
    name: "Last seen",
    deviceClass: "timestamp",
    category: "diagnostic",
    alwaysAvailable: true,
  },
  {
    key: bridgeKeys.connectionStatus,
    platform: "sensor",
    name: "Connection status",
    deviceClass: "enum",
    options: ["online", "asleep", "offline"],
    category: "diagnostic",
    alwaysAvailable: true,
  },
];

/** What every device shows that has a cloud of its own. */
const cloudEntities: readonly EntityDescription[] = [
  {
    key: cloudKeys.mode,
    platform: "sensor",
    name: "Cloud mode",
    deviceClass: "enum",
    options: ["relay", "local"],
    category: "diagnostic",
    alwaysAvailable: true,
  },
  {
    key: cloudKeys.lastAnswer,
    platform: "sensor",
    name: "Cloud last answer",
    deviceClass: "timestamp",
    category: "diagnostic",
    alwaysAvailable: true,
  },
];

const eventKey = "event";

/** Every component of a device by its key. The bridge's own keys win over a device's. */
export function deviceComponents(description: DeviceDescription, context: DiscoveryContext): Record<string, Component> {
  // Gathered in a map: as a plain object's key `__proto__` would be no key.
  const components = new Map<string, Component>();
  const own = description.entities.filter(canBeAnnounced);
  const isBridge = description.isBridge === true;
  const cloud = description.viaDevice === undefined ? cloudEntities : [];
  for (const entity of [...own, ...(isBridge ? [] : [...bridgeEntities, ...cloud])])
    components.set(topicLevel(entity.key), entityComponent(description, entity, context));
  if (!isBridge) components.set(eventKey, eventComponent(description, context));
  return Object.fromEntries(components);
}

function entityComponent(description: DeviceDescription, entity: EntityDescription, context: DiscoveryContext) {
  const { topics } = context;
  const component: Component = {
    platform: entity.platform,
    ...identity(description, entity.platform, entity.key),
    name: nonEmpty(entity.name) ?? topicLevel(entity.key),
    ...(entity.platform === "button" ? {} : stateKeys(description, entity, context)),
    ...(entity.deviceClass === undefined || entity.platform === "select" ? {} : { device_class: entity.deviceClass }),
    ...(entity.category === undefined ? {} : { entity_category: entity.category }),
    ...(entity.icon === undefined ? {} : { icon: entity.icon }),
    ...(entity.enabled === false ? { enabled_by_default: false } : {}),
    ...platformKeys(description, entity, context),
    ...(entity.total !== undefined || entity.alwaysAvailable === true ? whileBridgeRuns(topics) : {}),
  };
  return component;
}

function stateKeys({ id }: DeviceDescription, { key }: EntityDescription, { topics, values }: DiscoveryContext) {
  return values === "topics" ? { state_topic: topics.value(id, key) } : { value_template: template(key) };
}

function platformKeys({ id }: DeviceDescription, entity: EntityDescription, context: DiscoveryContext): JsonObject {
  const words = entity.onOff ?? booleanWords(context.values);
  if (entity.platform === "sensor") return sensorKeys(entity);
  if (entity.platform === "binary_sensor") return { payload_on: words[0], payload_off: words[1] };
  return controlKeys(entity, context.topics.command(id, entity.key), words);
}

/** Home Assistant refuses a sensor with options that has a unit or a state class too. */
function sensorKeys(entity: EntityDescription): JsonObject {
  if (entity.options !== undefined && entity.options.length > 0) return { options: [...new Set(entity.options)] };
  return {
    ...(entity.unit === undefined ? {} : { unit_of_measurement: entity.unit }),
    ...(entity.stateClass === undefined ? {} : { state_class: entity.stateClass }),
    ...(entity.precision === undefined ? {} : { suggested_display_precision: entity.precision }),
  };
}

/** A template writes a JSON boolean as `True` or `False`; a topic of its own holds `true` or `false`. */
function booleanWords(values: ValueTopics): readonly [on: string, off: string] {
  return values === "topics" ? ["true", "false"] : ["True", "False"];
}

function eventComponent(description: DeviceDescription, { topics }: DiscoveryContext): Component {
  const types = new Set([...description.eventTypes, ...commonEventTypes].filter((type) => type !== ""));
  return {
    platform: "event",
    ...identity(description, "event", eventKey),
    name: "Event",
    state_topic: topics.event(description.id),
    event_types: [...types],
    entity_category: "diagnostic",
    ...whileBridgeRuns(topics),
  };
}

function identity(description: DeviceDescription, platform: string, key: string) {
  const id = `${topicLevel(description.id)}_${topicLevel(key)}`;
  const words = id.toLowerCase().match(/[a-z0-9]+/g) ?? ["unnamed"];
  return { unique_id: id, default_entity_id: `${platform}.${words.join("_")}` };
}

/** In brackets: after a dot, names such as `update` or `items` would find the dictionary's own methods. */
function template(key: string): string {
  return `{{ value_json['${key.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'] }}`;
}

/** Overrides the device's availability: shown while the device is away. */
function whileBridgeRuns(topics: Topics): JsonObject {
  return { availability: [{ topic: topics.bridgeState }] };
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
