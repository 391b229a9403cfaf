import type { Protocol } from "../model/protocol.js";
import { envoy } from "./envoy/index.js";
import { raw } from "./raw/index.js";
import { solarman } from "./solarman/index.js";
import { websentry } from "./websentry/index.js";

/** Every protocol that a relay can speak: one import and one entry each. */
export const protocols: readonly Protocol[] = [solarman, websentry, envoy, raw];

export function protocolByName(name: string): Protocol | undefined {
  return protocols.find((protocol) => protocol.name === name);
}
