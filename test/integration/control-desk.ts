import type { Observer } from "./broker.js";

export interface Response {
  readonly key: string;
  readonly value: unknown;
  readonly status: string;
  readonly error?: string;
}

/** Writes settings of one device over MQTT, as any client would. */
export class ControlDesk {
  readonly #observer: Observer;
  readonly #device: string;

  constructor(observer: Observer, device: string) {
    this.#observer = observer;
    this.#device = device;
  }

  /** All responses so far, in order. */
  get responses(): readonly Response[] {
    const topic = `cloudtap/${this.#device}/response`;
    return this.#observer.messages.flatMap((message): readonly Response[] => {
      return message.topic === topic ? [JSON.parse(message.payload)] : [];
    });
  }

  async publish(key: string, payload: string, retain = false): Promise<void> {
    await this.#observer.publish(`cloudtap/${this.#device}/set/${key}`, payload, retain);
  }

  /** `meanwhile` is done again and again until all of the writes have their response; resolves to those. */
  async write(
    writes: readonly (readonly [key: string, payload: string])[],
    meanwhile: () => Promise<void> = async () => undefined,
  ): Promise<readonly Response[]> {
    const before = this.responses.length;
    for (const [key, payload] of writes) await this.publish(key, payload);
    let isDone = false;
    const done = this.#observer.waitForMessage(() => this.responses.length >= before + writes.length);
    void done.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await meanwhile();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.responses.slice(before);
  }
}
