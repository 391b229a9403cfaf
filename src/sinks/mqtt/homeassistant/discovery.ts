import type { DeviceDescription } from "../../../model/device.js";
import type { JsonObject } from "../../../model/value.js";
import { topicLevel } from "../topics.js";
import type { AnnouncedComponents } from "./announcement.js";
import { originName } from "./announcement.js";
import { type Component, type DiscoveryContext, deviceComponents, nonEmpty } from "./components.js";

/** Home Assistant's device discovery document: one retained message that announces a device with all its entities. */
export interface DeviceDocument extends JsonObject {
  readonly components: Readonly<Record<string, Component>>;
}

/** The keys are Home Assistant's full names; it refuses a whole document for one that it does not know. */
export function deviceDocument(description: DeviceDescription, context: DiscoveryContext): DeviceDocument {
  const { topics } = context;
  return {
    device: deviceMap(description),
    origin: {
      name: originName,
      sw_version: context.version,
      ...(context.supportUrl === undefined ? {} : { support_url: context.supportUrl }),
    },
    ...(context.values === "topics" ? {} : { state_topic: topics.state(description.id) }),
    // Not `latest`, the default: there the bridge's `online` would cover up a device that is away.
    availability_mode: "all",
    availability: [{ topic: topics.bridgeState }, { topic: topics.availability(description.id) }],
    components: deviceComponents(description, context),
  };
}

/** Which announced components the document no longer has, or has with another platform. */
export function leavingComponents(document: DeviceDocument, announced: AnnouncedComponents): AnnouncedComponents {
  return new Map([...announced].filter(([key, platform]) => document.components[key]?.platform !== platform));
}

/**
 * The document to publish first when components leave: each of them reduced to its platform. Home Assistant does not
 * compare documents, so leaving a component out would not remove it.
 */
export function withTombstones(document: DeviceDocument, leaving: AnnouncedComponents): DeviceDocument {
  const tombstones = [...leaving].map(([key, platform]): [string, Component] => [key, { platform }]);
  return { ...document, components: { ...document.components, ...Object.fromEntries(tombstones) } };
}

function deviceMap(description: DeviceDescription): JsonObject {
  const optional: readonly (readonly [string, string | undefined])[] = [
    ["manufacturer", description.manufacturer],
    ["model", description.model],
    ["sw_version", description.swVersion],
    ["hw_version", description.hwVersion],
    ["serial_number", description.serialNumber],
    ["via_device", description.viaDevice === undefined ? undefined : topicLevel(description.viaDevice)],
  ];
  return {
    identifiers: [topicLevel(description.id)],
    name: nonEmpty(description.name) ?? topicLevel(description.id),
    ...Object.fromEntries(optional.filter(([, text]) => nonEmpty(text) !== undefined)),
  };
}
