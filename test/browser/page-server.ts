import { resolve } from "node:path";
import type { EpochMs } from "../../src/model/time.js";
import { type Clock, systemClock } from "../../src/runtime/clock.js";
import { createWebServer } from "../../src/web/server.js";
import type { PageSources } from "../../src/web/sources.js";
import { recordLog } from "../support/log-recorder.js";
import { sampleNow } from "./sample/devices.js";

/** The page as it was built. */
const assets = resolve(process.env.CLOUDTAP_DIST ?? "dist", "page");

export interface ServedPage {
  readonly port: number;
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the built page over sources by the real server, on a free port; it is the time of the sample there. */
export async function servePage(sources: PageSources, port = 0): Promise<ServedPage> {
  const startedAt = Date.now();
  const clock: Clock = { ...systemClock, now: () => (sampleNow + Date.now() - startedAt) as EpochMs };
  const listen = { host: "127.0.0.1", port };
  const server = createWebServer({ listen, hosts: [], ingress: undefined, assets }, sources, {
    log: recordLog().log,
    clock,
  });
  await server.start();
  const address = server.address();
  if (address === undefined) throw new Error("expected the server to listen");
  return { port: address.port, url: `http://127.0.0.1:${address.port}/`, stop: () => server.stop() };
}
