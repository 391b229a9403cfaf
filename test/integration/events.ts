import type { Observer } from "./broker.js";

/** The events of one type of a device that came so far, without their time. */
export function eventsOf(observer: Observer, device: string, type: string): readonly Record<string, unknown>[] {
  return observer.messages.flatMap(({ topic, payload }) => {
    if (topic !== `cloudtap/${device}/event`) return [];
    const { time: _time, event_type: found, ...event }: Record<string, unknown> = JSON.parse(payload);
    return found === type ? [event] : [];
  });
}

/** Resolves once there are so many of them. */
export async function waitForEvents(observer: Observer, device: string, type: string, count: number) {
  await observer.waitForMessage(() => eventsOf(observer, device, type).length >= count);
  return eventsOf(observer, device, type);
}
