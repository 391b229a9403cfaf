import type { ProtocolFacts } from "../../src/config/configuration.js";
import { type ValidationOptions, validateConfiguration } from "../../src/config/validate.js";
import { ConfigError, type ConfigFault } from "../../src/runtime/errors.js";

const able = { localCloud: true, classedCommands: true, control: true };
const unable = { localCloud: false, classedCommands: false, control: false };
const usual = { onTls: "splice", tlsMin: "TLSv1.2", intervalS: 300, idleTimeoutS: 900, dissectorPort: 80 } as const;

/** The contract's protocols, as far as the configuration knows them. */
export const protocols: readonly ProtocolFacts[] = [
  {
    name: "solarman",
    title: "Solarman loggers",
    abilities: able,
    defaults: { ...usual, listenPort: 10000, upstream: { host: "solarman.example.com", port: 10000 } },
  },
  {
    name: "websentry",
    title: "WebSentry units",
    abilities: able,
    defaults: { ...usual, listenPort: 1030, upstream: { host: "websentry.example.com", port: 1030 } },
  },
  {
    name: "envoy",
    title: "Envoys",
    delivery: {},
    abilities: { ...able, control: false },
    defaults: {
      ...usual,
      onTls: "terminate",
      tlsMin: "TLSv1",
      listenPort: 4430,
      upstream: { host: "envoy.example.com", port: 443 },
    },
  },
  { name: "raw", title: "Any device", abilities: unable, defaults: { ...usual, listenPort: 9000 } },
];

export const validation: ValidationOptions = { protocols, dataDir: "/tmp/cloudtap" };

/** Every fault of a document; empty: it is valid. */
export function faultsOf(document: unknown, options: Partial<ValidationOptions> = {}): readonly ConfigFault[] {
  try {
    validateConfiguration(document, { ...validation, ...options });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

/** A document with one relay that is valid but for `keys`. */
export function withRelay(keys: Readonly<Record<string, unknown>>): unknown {
  return { relays: [{ name: "roof", protocol: "solarman", ...keys }] };
}
