import { join } from "node:path";

/** Longest path of a local socket on Linux: `sun_path` has 108 bytes, the last of them zero (unix(7)). */
export const socketPathLimit = 107;

/** Where the program that runs with this data directory listens for its own commands. */
export function adminSocketPath(dataDir: string): string {
  return join(dataDir, "cloudtap.sock");
}

/** False: the system would refuse the path, or cut it off. */
export function fitsSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= socketPathLimit;
}
