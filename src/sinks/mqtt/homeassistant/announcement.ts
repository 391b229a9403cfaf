import { isObject, parseJsonObject } from "./json-object.js";

/** Name under which Cloudtap signs its documents. */
export const originName = "Cloudtap";

/** Component keys of a published document with their platforms. */
export type AnnouncedComponents = ReadonlyMap<string, string>;

/**
 * What a document in the broker announces; undefined where it is not one of ours: another bridge's, or that of another
 * Cloudtap with another base topic. Leftover tombstones count, so that they are sent once more.
 */
export function readAnnouncement(payload: string, bridgeStateTopic: string): AnnouncedComponents | undefined {
  if (!payload.includes(originName)) return undefined;
  const document = parseJsonObject(payload);
  if (document === undefined || !isObject(document.origin) || document.origin.name !== originName) return undefined;
  const { availability, components } = document;
  if (!Array.isArray(availability) || !isObject(components)) return undefined;
  if (!availability.some((entry) => isObject(entry) && entry.topic === bridgeStateTopic)) return undefined;
  const announced = new Map<string, string>();
  for (const [key, component] of Object.entries(components)) {
    if (isObject(component) && typeof component.platform === "string") announced.set(key, component.platform);
  }
  return announced;
}
