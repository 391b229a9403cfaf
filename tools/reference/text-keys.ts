import { helloFields, hybridFields, microinverterFields } from "../../src/protocols/solarman/fields.js";
import { properties } from "../../src/protocols/websentry/properties.js";

const solarmanTexts = ["ascii", "clock6", "mac"];
/** Version, text, date, time, IPv4 address, hardware address: docs/protocols/websentry.md §4. */
const websentryTexts = [0x05, 0x07, 0x0a, 0x0b, 0x0c, 0x0d];

/** Keys, by protocol, whose values are texts and no words of a list, so that no metric shows them. */
const textKeys: Readonly<Record<string, readonly string[]>> = {
  solarman: [
    ...[...helloFields, ...microinverterFields, ...hybridFields]
      .filter(({ type }) => solarmanTexts.includes(type))
      .map(({ key }) => key),
    // Shown as the four hexadecimal digits of the wire.
    "sensor_type",
  ],
  websentry: properties.filter(({ type }) => type !== undefined && websentryTexts.includes(type)).map(({ key }) => key),
  envoy: [
    ...["webcomm_version", "ip_address", "open_conditions"],
    // Flags in hexadecimal digits.
    ...["condition_flags", "channel_condition_flags", "channel2_condition_flags"],
  ],
};

export function isText(protocol: string, key: string): boolean {
  return textKeys[protocol]?.includes(key) === true;
}
