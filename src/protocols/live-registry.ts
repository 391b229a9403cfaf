import type { Protocol } from "../model/protocol.js";
import { liveEnvoy } from "./envoy/live.js";
import { raw } from "./raw/index.js";
import { liveSolarman } from "./solarman/live.js";
import { liveWebsentry } from "./websentry/live.js";

/** What relays need of every protocol, and no more: what only commands use takes memory. */
export const liveProtocols: readonly Protocol[] = [liveSolarman, liveWebsentry, liveEnvoy, raw];

export function liveProtocolByName(name: string): Protocol | undefined {
  return liveProtocols.find((protocol) => protocol.name === name);
}
