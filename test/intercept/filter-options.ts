import type { InterceptOptions } from "../../src/intercept/options.js";

/** One logger, over both families. */
export const options: InterceptOptions = {
  ...{ mode: "redirect", backend: "auto", source: "bridge", prepare: false, interface: "eth0", mark: 1, table: 100 },
  devices: ["192.168.1.50", "fd00::50"],
  relays: [{ name: "deye", port: 10_000, destinationPorts: [10_000] }],
};
