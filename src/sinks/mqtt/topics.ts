import { bridgeId, captureKey } from "../../model/capture.js";
import type { DeviceId } from "../../model/device.js";

/** Device part of a topic; anything that has no place in a topic or a discovery id becomes `_`. */
export function topicLevel(text: string): string {
  const level = text.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return level === "" ? "_" : level;
}

/** Topic levels under a device that a value's key must not take. */
const reserved: ReadonlySet<string> = new Set(["state", "availability", "event", "set", "response"]);

/** Every topic that Cloudtap publishes to or reads from. */
export class Topics {
  readonly base: string;
  readonly bridgeState: string;
  readonly bridgeInfo: string;
  /** Cloudtap's own message to itself: all retained messages that were asked for have come once it is back. */
  readonly restoreMarker: string;
  /** Subscription to the state of every device. */
  readonly everyState: string;
  /** Subscription to every setting that somebody wants changed. */
  readonly everyCommand: string;
  /** Subscription to the discovery document of every device, other bridges' included. */
  readonly everyDiscovery: string;
  readonly #discoveryPrefix: string;

  /** Neither argument has wildcards; slashes at their ends are ignored. */
  constructor(baseTopic: string, discoveryPrefix: string) {
    this.base = withoutOuterSlashes(baseTopic);
    this.#discoveryPrefix = withoutOuterSlashes(discoveryPrefix);
    this.bridgeState = `${this.base}/bridge/state`;
    this.bridgeInfo = `${this.base}/bridge/info`;
    this.restoreMarker = `${this.base}/bridge/restore`;
    this.everyState = `${this.base}/+/state`;
    this.everyCommand = `${this.base}/+/set/+`;
    this.everyDiscovery = `${this.#discoveryPrefix}/device/+/config`;
  }

  state(device: DeviceId): string {
    return `${this.base}/${topicLevel(device)}/state`;
  }

  availability(device: DeviceId): string {
    return `${this.base}/${topicLevel(device)}/availability`;
  }

  event(device: DeviceId): string {
    return `${this.base}/${topicLevel(device)}/event`;
  }

  /** Subscription to one setting of every device. */
  everyCommandOf(key: string): string {
    return `${this.base}/+/set/${topicLevel(key)}`;
  }

  /** Where a setting of a device is changed. */
  command(device: DeviceId, key: string): string {
    return `${this.base}/${topicLevel(device)}/set/${topicLevel(key)}`;
  }

  /** How each of those changes ended. */
  response(device: DeviceId): string {
    return `${this.base}/${topicLevel(device)}/response`;
  }

  /** One value of a device, where values have topics of their own. */
  value(device: DeviceId, key: string): string {
    const level = topicLevel(key);
    return `${this.base}/${topicLevel(device)}/${reserved.has(level) ? `${level}_value` : level}`;
  }

  discovery(device: DeviceId): string {
    return `${this.#discoveryPrefix}/device/${topicLevel(device)}/config`;
  }

  /** The device whose state has this topic. */
  deviceOfState(topic: string): DeviceId | undefined {
    return between(topic, `${this.base}/`, "/state");
  }

  /**
   * The setting that is changed with this topic; undefined where it is none that could be. Of Cloudtap itself there is one,
   * for captures; its device is `bridgeId`.
   */
  settingOfCommand(topic: string): { readonly device: DeviceId; readonly key: string } | undefined {
    if (topic === this.command(bridgeId, captureKey)) return { device: bridgeId, key: captureKey };
    const parts = /^(.*\/set)\/([A-Za-z0-9_-]+)$/.exec(topic);
    const [, front = "", key = ""] = parts ?? [];
    const device = between(front, `${this.base}/`, "/set");
    return device === undefined ? undefined : { device, key };
  }

  /** The device whose discovery document has this topic. */
  deviceOfDiscovery(topic: string): DeviceId | undefined {
    return between(topic, `${this.#discoveryPrefix}/device/`, "/config");
  }
}

function between(topic: string, before: string, after: string): DeviceId | undefined {
  if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined;
  const level = topic.slice(before.length, -after.length);
  return /^[a-z0-9_]+$/.test(level) && level !== bridgeId ? (level as DeviceId) : undefined;
}

function withoutOuterSlashes(topic: string): string {
  return topic.replace(/^\/+|\/+$/g, "");
}
