import type { ConfigFault } from "../runtime/errors.js";
import { parseBrokerUrl } from "./formats.js";
import { joinPath, type Section, sectionAt, textAt } from "./section.js";

/** Faults between the keys of `mqtt` that the schema cannot see. */
export function checkMqtt(document: Section): readonly ConfigFault[] {
  const mqtt = sectionAt(document, "mqtt");
  return [...checkCredentials(mqtt), ...checkTls(mqtt), ...checkTopics(mqtt)];
}

function fault(key: string, found: string, allowed: string): ConfigFault {
  return { path: joinPath("mqtt", key), found, allowed };
}

function checkCredentials(mqtt: Section): readonly ConfigFault[] {
  const [url, username, password] = [textAt(mqtt, "url"), textAt(mqtt, "username"), textAt(mqtt, "password")];
  const inUrl = parseBrokerUrl(url ?? "");
  const faults: ConfigFault[] = [];
  const shown = { username: JSON.stringify(username), password: "a text (not shown)" };
  for (const key of ["username", "password"] as const) {
    if (textAt(mqtt, key) === undefined) continue;
    if (url === undefined)
      faults.push(fault(key, shown[key], "nothing while mqtt.url is absent; no broker would ask for it"));
    else if (inUrl?.[key] !== undefined)
      faults.push(fault(key, shown[key], `nothing, because mqtt.url names a ${key} too`));
  }
  const known = username ?? inUrl?.username;
  if (url !== undefined && inUrl !== undefined && (password ?? inUrl.password) !== undefined && known === undefined) {
    faults.push(fault("username", "nothing", "the user to whom the password belongs"));
  }
  return faults;
}

function checkTls(mqtt: Section): readonly ConfigFault[] {
  const given = (["ca", "cert", "key"] as const).filter((key) => textAt(mqtt, key) !== undefined);
  // Without a URL the Supervisor may hand over a broker that speaks TLS.
  if (parseBrokerUrl(textAt(mqtt, "url") ?? "")?.secure === false) {
    return given.map((key) => fault(key, "a file", "nothing unless mqtt.url is mqtts:// or wss://"));
  }
  if (given.includes("cert") === given.includes("key")) return [];
  return given.includes("cert")
    ? [fault("key", "nothing", "the key that belongs to mqtt.cert")]
    : [fault("cert", "nothing", "the certificate that belongs to mqtt.key")];
}

function checkTopics(mqtt: Section): readonly ConfigFault[] {
  const base = textAt(mqtt, "base_topic");
  if (base === undefined || base !== textAt(mqtt, "discovery_prefix")) return [];
  return [fault("base_topic", JSON.stringify(base), "another topic than mqtt.discovery_prefix")];
}
