import type { ConfigFault } from "../runtime/errors.js";
import { formatEndpoint, listensClash } from "./endpoint.js";
import { embeddedListen, webListen } from "./listens.js";
import { type Section, sectionAt, textAt } from "./section.js";

/** Faults of `web` and `splunk` that the schema cannot see. */
export function checkWeb(document: Section): readonly ConfigFault[] {
  return [...clashWithBroker(document), ...checkToken(sectionAt(document, "splunk"))];
}

function clashWithBroker(document: Section): readonly ConfigFault[] {
  const broker = embeddedListen(document);
  const page = webListen(document);
  if (broker === undefined || page === undefined || !listensClash(broker, page)) return [];
  const allowed = `a port that nothing else has; mqtt.embedded.listen is ${formatEndpoint(broker)}`;
  return [{ path: "web.listen", found: formatEndpoint(page), allowed }];
}

function checkToken(splunk: Section): readonly ConfigFault[] {
  if (textAt(splunk, "token") === undefined || textAt(splunk, "token_file") === undefined) return [];
  return [{ path: "splunk.token_file", found: "a file besides splunk.token", allowed: "one of the two" }];
}
