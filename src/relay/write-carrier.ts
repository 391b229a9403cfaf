import type { WriteCarrier } from "../model/ports.js";
import type { Relay } from "./relay.js";

/** Finds the session of a device among all relays. `relays` is asked anew for each write. */
export function createWriteCarrier(relays: () => readonly Pick<Relay, "write">[]): WriteCarrier {
  return {
    write(request) {
      for (const relay of relays()) {
        const result = relay.write(request);
        if (result !== undefined) return result;
      }
      return undefined;
    },
  };
}
