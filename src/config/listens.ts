import type { ListenEndpoint } from "./configuration.js";
import { parseListen } from "./endpoint.js";
import { type Section, sectionAt, textAt } from "./section.js";

/** Where the page is served unless the configuration says something else. */
export const usualWebListen = "127.0.0.1:8099";

/** Where the embedded broker is to listen; undefined where another one is named, or what is written there is no place. */
export function embeddedListen(document: Section): ListenEndpoint | undefined {
  const mqtt = sectionAt(document, "mqtt");
  return textAt(mqtt, "url") === undefined ? placeIn(sectionAt(mqtt, "embedded")) : undefined;
}

/** The same of the page; undefined where it is switched off too. */
export function webListen(document: Section): ListenEndpoint | undefined {
  const web = sectionAt(document, "web");
  return web.enabled === false ? undefined : placeIn(web);
}

function placeIn({ listen }: Section): ListenEndpoint | undefined {
  return typeof listen === "number" || typeof listen === "string" ? parseListen(listen) : undefined;
}
