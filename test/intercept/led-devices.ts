import fc from "fast-check";
import type { InterceptedRelay, InterceptOptions } from "../../src/intercept/options.js";

/** Two vendors' relays, and devices of both families. */
export const home: InterceptOptions = {
  mode: "redirect",
  backend: "auto",
  devices: ["192.168.1.50", "192.168.2.48/28", "fd00::50", "fd01::/64"],
  interface: "eth0",
  mark: 1,
  table: 100,
  source: "bridge",
  prepare: false,
  relays: [
    { name: "deye", port: 10_000, destinationPorts: [10_000] },
    { name: "envoy-2", port: 8443, destinationPorts: [443, 80] },
  ],
};

const port = fc.integer({ min: 1, max: 65_535 });
const word = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);

/** Networks that lie apart: each has another number. */
const devices = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.boolean(), fc.boolean()), {
    selector: ([number]) => number,
    minLength: 1,
    maxLength: 30,
  })
  .map((entries) =>
    entries.map(([number, isSix, isNetwork]) => {
      if (isSix) return isNetwork ? `fd00:${number.toString(16)}::/64` : `fd00:${number.toString(16)}::5`;
      const base = `10.${number >> 8}.${number & 0xff}`;
      return isNetwork ? `${base}.0/28` : `${base}.5`;
    }),
  );

/** Relays that no two of are led the same port. */
const relays = fc.uniqueArray(fc.tuple(word, port), { selector: ([name]) => name, maxLength: 5 }).chain((places) =>
  fc.uniqueArray(port, { maxLength: 40 }).map((ports) =>
    places.map(
      ([name, own], index): InterceptedRelay => ({
        ...{ name, port: own },
        destinationPorts: ports.filter((_, at) => at % places.length === index),
      }),
    ),
  ),
);

/** Whatever a valid configuration can ask for. */
export const anyOptions: fc.Arbitrary<InterceptOptions> = fc
  .record({
    mode: fc.constantFrom("redirect" as const, "tproxy" as const),
    backend: fc.constant("auto" as const),
    devices,
    interface: fc.option(fc.stringMatching(/^[a-z][a-z0-9.@_-]{0,14}$/), { nil: undefined }),
    mark: fc.integer({ min: 1, max: 0x7fffffff }),
    table: fc.integer({ min: 1, max: 0x7fffffff }),
    source: fc.constantFrom("bridge" as const, "device" as const),
    prepare: fc.boolean(),
    relays,
  })
  .map(({ interface: name, ...options }) => (name === undefined ? options : { ...options, interface: name }));
