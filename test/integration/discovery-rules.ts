import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { capturePath } from "../support/captures.js";
import type { Observer } from "./broker.js";

const schemaPath = capturePath("../reference/ha-mqtt-discovery.schema.json");

/** A clone without Home Assistant's rules beside it cannot check them, and says so by skipping; where they are required it fails. */
export const withoutRules = !existsSync(schemaPath) && process.env.CLOUDTAP_REQUIRE_CAPTURES !== "1";

/** Every announced device document, with what Home Assistant would refuse or warn about in it. */
export function checkDiscovery(
  observer: Observer,
): readonly { readonly topic: string; readonly faults: readonly string[] }[] {
  if (!existsSync(schemaPath)) throw new Error(`expected Home Assistant's rules in ${schemaPath}`);
  const ajv = new Ajv({ allErrors: true, strict: false });
  const check = ajv.compile(JSON.parse(readFileSync(schemaPath, "utf8")));
  return [...observer.newest]
    .filter(([topic, payload]) => topic.startsWith("homeassistant/device/") && payload !== "")
    .map(([topic, payload]) => {
      const valid = check(JSON.parse(payload));
      const faults = valid ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
      return { topic, faults };
    });
}
