import type { WriteResult } from "../../model/command.js";
import type { DeviceId } from "../../model/device.js";
import type { Bus } from "../../model/ports.js";
import type { Clock } from "../../runtime/clock.js";

/** Begins a write that ends in one `write-result` on the bus, as one over MQTT does. */
export type BeginWrite = (device: DeviceId, key: string, payload: string) => void;

/** Writes whoever began them waits for. Never rejects. */
export type Writes = (device: DeviceId, key: string, payload: string) => Promise<WriteResult>;

/** Longer than any write is kept waiting for its device; nobody looks at a page for so long. */
const limitMs = 15 * 60_000;
const waitingLimit = 100;

/** The result of a write belongs to the one that waits longest for the same setting of the same device. */
export function createWrites(bus: Bus, clock: Clock, begin: BeginWrite): Writes {
  const waiting = new Map<string, ((result: WriteResult) => void)[]>();
  let count = 0;
  bus.subscribe("page writes", (message) => {
    if (message.type !== "write-result") return;
    const { device, key } = message.request;
    waiting.get(nameOf(device, key))?.[0]?.(message.result);
  });
  return (device, key, payload) => {
    if (count >= waitingLimit)
      return Promise.resolve({ status: "rejected", error: "too many writes are on their way already" });
    return new Promise((resolve) => {
      const name = nameOf(device, key);
      const finish = (result: WriteResult): void => {
        const rest = (waiting.get(name) ?? []).filter((one) => one !== finish);
        if (rest.length === 0) waiting.delete(name);
        else waiting.set(name, rest);
        count -= 1;
        cancel();
        resolve(result);
      };
      const cancel = clock.after(limitMs, () => finish({ status: "timeout", error: "nothing came of it in time" }));
      waiting.set(name, [...(waiting.get(name) ?? []), finish]);
      count += 1;
      begin(device, key, payload);
    });
  };
}

function nameOf(device: DeviceId, key: string): string {
  return `${device} ${key}`;
}
