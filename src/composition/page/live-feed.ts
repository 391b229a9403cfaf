import type { DeviceId } from "../../model/device.js";
import type { Bus, BusMessage } from "../../model/ports.js";
import type { TellLive } from "../../web/sources.js";

export interface LiveFeed {
  /** Tells of devices, events, captures, relays and problems from now on, until the returned function is called. */
  subscribe(tell: TellLive): () => void;
  /** Something that the overview shows has changed. */
  overviewChanged(): void;
}

/** What the bus tells, in the words of the page. Costs nothing while nobody listens. `own`: Cloudtap's own device, which is not shown. */
export function createLiveFeed(bus: Bus, own: DeviceId): LiveFeed {
  const readers = new Set<TellLive>();
  const tellAll: TellLive = (name, data) => {
    for (const tell of readers) tell(name, data);
  };
  bus.subscribe("page", (message) => {
    if (readers.size > 0 && deviceOf(message) !== own) translate(message, tellAll);
  });
  return {
    subscribe(tell) {
      readers.add(tell);
      return () => readers.delete(tell);
    },
    overviewChanged() {
      if (readers.size > 0) tellAll("overview", {});
    },
  };
}

function translate(message: BusMessage, tell: TellLive): void {
  switch (message.type) {
    case "state":
      tell("state", { device: message.device, values: message.values, lastSeen: message.lastSeen });
      break;
    case "described":
      tell("device", { device: message.description.id, removed: false });
      break;
    case "availability":
      tell("device", { device: message.device, removed: false });
      break;
    case "removed":
      tell("device", { device: message.device, removed: true });
      break;
    case "event": {
      const { device, at, type, attributes } = message.event;
      tell("event", { device, at, type, attributes });
      break;
    }
    case "relay":
      tell("overview", {});
      break;
    case "capture":
      tell("captures", {});
      break;
    default:
      break;
  }
}

function deviceOf(message: BusMessage): DeviceId | undefined {
  if (message.type === "described") return message.description.id;
  return message.type === "state" || message.type === "availability" ? message.device : undefined;
}
