import type { Protocol } from "../../model/protocol.js";

/** Every protocol with what relays do not need of it, such as layouts and anonymizers. Loaded at the first call: it takes memory. */
export async function loadProtocols(): Promise<readonly Protocol[]> {
  return (await import("../../protocols/registry.js")).protocols;
}
