import type { Configuration } from "../config/configuration.js";
import type { Bus } from "../model/ports.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import type { SplunkSink } from "../sinks/splunk/splunk-sink.js";
import type { Database } from "../store/database.js";
import { createDeliveryMark } from "../store/delivery-mark.js";
import { openMessageQueue } from "../store/message-queue.js";

export interface SplunkPartPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly database: Database;
}

const queueName = "splunk";
/** Bytes are what limits it; so many small events are not worth the memory of their keys. */
const mostEvents = 200_000;

/** Loaded only where it is switched on; says so where half of what it needs is given. */
export async function createSplunkPart(
  { splunk, splunkMissing }: Configuration,
  { bus, clock, database, ...ports }: SplunkPartPorts,
): Promise<SplunkSink | undefined> {
  const log = ports.log.child({ part: "splunk" });
  if (splunkMissing !== undefined) log.warn({ missing: splunkMissing }, "nothing is sent to Splunk");
  if (splunk === undefined) return undefined;
  const { createSplunkSink } = await import("../sinks/splunk/splunk-sink.js");
  const bounds = { name: queueName, maxCount: mostEvents, maxBytes: splunk.maxBytes };
  const queue = await openMessageQueue(database, bounds, log);
  const sink = createSplunkSink(splunk, { queue, mark: createDeliveryMark(database, queueName), clock, log });
  bus.subscribe(sink.name, (message) => sink.accept(message));
  return sink;
}
