import type { Bus, BusMessage } from "../model/ports.js";
import { Guard } from "./guard.js";
import type { Logger } from "./log.js";

/** The one typed bus between sessions, devices and sinks. Synchronous: a message has reached all when `publish` returns. */
export function createBus(log: Logger): Bus {
  const subscribers: { readonly guard: Guard; readonly accept: (message: BusMessage) => void }[] = [];
  return {
    publish(message) {
      for (const subscriber of subscribers) subscriber.guard.run(() => subscriber.accept(message));
    },
    subscribe(name, accept) {
      subscribers.push({ guard: new Guard(log, `bus subscriber ${name}`), accept });
    },
  };
}
