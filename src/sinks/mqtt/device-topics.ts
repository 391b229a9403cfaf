import type { DeviceDescription, DeviceId, DeviceStatus } from "../../model/device.js";
import type { EntityDescription } from "../../model/entity.js";
import type { CloudState } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";
import type { ValueTopics } from "./options.js";
import { valueText } from "./payloads.js";
import type { RetainedTopic } from "./retained-lane.js";
import { type Snapshot, type StateAdditions, StateFormat } from "./state-format.js";
import type { Topics } from "./topics.js";

/** The newest known of one device, as its retained topics. */
export class DeviceTopics {
  readonly #id: DeviceId;
  readonly #topics: Topics;
  readonly #mode: ValueTopics;
  readonly #stateTopic: RetainedTopic;
  readonly #availabilityTopic: RetainedTopic;
  readonly #valueTopics = new Map<string, ValueTopic>();
  #format = new StateFormat([], "connection");
  #described = false;
  #values: Values | undefined;
  #lastSeen: EpochMs | undefined;
  #cloud: CloudState | undefined;
  #status: DeviceStatus | undefined;
  #available: boolean | undefined;
  /** The announced keys changed after the state was last made. */
  #stale = false;

  constructor(id: DeviceId, topics: Topics, mode: ValueTopics) {
    this.#id = id;
    this.#topics = topics;
    this.#mode = mode;
    this.#stateTopic = { topic: topics.state(id), render: () => this.#format.toJson(this.#snapshot()) };
    this.#availabilityTopic = {
      topic: topics.availability(id),
      render: () => (this.#available === true ? "online" : "offline"),
    };
  }

  /** True once a state came in this run or was found in the broker. */
  get hasState(): boolean {
    return this.#values !== undefined;
  }

  describe(description: DeviceDescription): void {
    const keys = description.entities.filter(showsValue).map(({ key }) => key);
    this.#format = new StateFormat(keys, additions(description));
    this.#described = true;
    this.#stale = true;
  }

  /** Returns the topics to publish. */
  setState(values: Values, lastSeen: EpochMs | undefined, cloud?: CloudState): readonly RetainedTopic[] {
    this.#values = values;
    this.#lastSeen = lastSeen;
    this.#cloud = cloud;
    return this.#changedState();
  }

  /** Somebody may believe that this value is another one: it goes out with the next state, changed or not. */
  doubt(key: string): void {
    this.#valueTopics.delete(key);
  }

  /** Returns the topics to publish. */
  setAvailability(available: boolean, status: DeviceStatus): readonly RetainedTopic[] {
    this.#available = available;
    const changed = this.#status !== status;
    this.#status = status;
    return [this.#availabilityTopic, ...(changed && this.#isPublishable() ? this.#changedState() : [])];
  }

  /** The state, where keys were announced that the published one lacks. */
  staleState(): readonly RetainedTopic[] {
    return this.#stale && this.#isPublishable() ? this.#changedState() : [];
  }

  /** Everything, for a broker or a reader that may have nothing yet. */
  all(): readonly RetainedTopic[] {
    const availability = this.#available === undefined ? [] : [this.#availabilityTopic];
    if (!this.#isPublishable()) return availability;
    this.#valueTopics.clear();
    return [...availability, ...this.#changedState()];
  }

  /** Every topic that may hold something of this device. */
  topics(): readonly string[] {
    return [this.#stateTopic, this.#availabilityTopic, ...this.#valueTopics.values()].map(({ topic }) => topic);
  }

  /** A device that never had a value is described by its blank state, once it is known which keys it has. */
  #isPublishable(): boolean {
    return this.#values !== undefined || (this.#described && this.#status !== undefined);
  }

  #snapshot(): Snapshot {
    return { values: this.#values ?? {}, lastSeen: this.#lastSeen, status: this.#status, cloud: this.#cloud };
  }

  #changedState(): readonly RetainedTopic[] {
    this.#stale = false;
    const json = this.#mode === "topics" ? [] : [this.#stateTopic];
    return this.#mode === "json" ? json : [...json, ...this.#changedValues()];
  }

  #changedValues(): readonly RetainedTopic[] {
    const changed: ValueTopic[] = [];
    this.#format.forEach(this.#snapshot(), (key, value) => {
      const known = this.#valueTopics.get(key);
      if (known?.value === value) return;
      const topic = known ?? new ValueTopic(this.#topics.value(this.#id, key));
      topic.value = value;
      this.#valueTopics.set(key, topic);
      changed.push(topic);
    });
    return changed;
  }
}

function additions({ isBridge, viaDevice }: DeviceDescription): StateAdditions {
  if (isBridge === true) return "nothing";
  return viaDevice === undefined ? "connection and cloud" : "connection";
}

/** A button has no value, and a text that is only sent has none before it is read back. */
function showsValue({ platform }: EntityDescription): boolean {
  return platform !== "button" && platform !== "text";
}

class ValueTopic implements RetainedTopic {
  readonly topic: string;
  value: Value | undefined;

  constructor(topic: string) {
    this.topic = topic;
  }

  render(): string {
    return valueText(this.value ?? null);
  }
}
