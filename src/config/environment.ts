import { isSection, type Section, sectionAt } from "./section.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables and the key that each stands for. */
export const overrides: readonly { readonly variable: string; readonly path: readonly [string, ...string[]] }[] = [
  { variable: "CLOUDTAP_MQTT_URL", path: ["mqtt", "url"] },
  { variable: "CLOUDTAP_MQTT_USERNAME", path: ["mqtt", "username"] },
  { variable: "CLOUDTAP_MQTT_PASSWORD", path: ["mqtt", "password"] },
  { variable: "CLOUDTAP_LOG_LEVEL", path: ["log", "level"] },
  { variable: "CLOUDTAP_DATA_DIR", path: ["data_dir"] },
  { variable: "CLOUDTAP_SPLUNK_URL", path: ["splunk", "url"] },
  { variable: "CLOUDTAP_SPLUNK_TOKEN", path: ["splunk", "token"] },
];

export interface Overridden {
  readonly document: unknown;
  /** Variable by the path of the key that it replaced, such as `mqtt.url`. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Replaces single keys by their variables; a variable that is empty counts as not set. The given document is not changed. */
export function applyEnvironment(document: unknown, environment: Environment): Overridden {
  const variables = new Map<string, string>();
  let result = document ?? {};
  for (const { variable, path } of overrides) {
    const value = environment[variable];
    // What is no map stays as it is and becomes a fault of its own.
    if (value === undefined || value === "" || !isSection(result)) continue;
    const [first, second] = path;
    if (second === undefined) result = { ...result, [first]: value };
    else result = { ...result, [first]: withKey(result, first, { [second]: value }) };
    variables.set(path.join("."), variable);
  }
  return { document: result, variables };
}

function withKey(document: Section, key: string, replaced: Section): unknown {
  const there = Object.hasOwn(document, key) ? document[key] : undefined;
  return there === undefined || isSection(there) ? { ...sectionAt(document, key), ...replaced } : there;
}
