import { createServer, type Server } from "node:net";
import { systemCodeOf } from "../runtime/system-errors.js";
import type { ParentListeners } from "./privileged-listeners.js";

export interface PrivilegedPortOptions {
  /** What the configuration lets the child listen on; nothing else is opened for it. */
  readonly allowed: readonly { readonly host: string | undefined; readonly port: number }[];
  /** Present: each socket takes connections to addresses of others. */
  readonly makeTransparent?: (server: Server) => void;
}

const firstFreePort = 1024;
const backlog = 1024;

/** Opens the ports that need rights: those below 1024, and those that take connections to others. */
export function createPrivilegedPorts({ allowed, makeTransparent }: PrivilegedPortOptions): ParentListeners {
  return async ({ host, port }) => {
    if (!allowed.some((one) => one.host === host && one.port === port)) {
      throw Object.assign(new Error("the configuration has no such listen"), { code: "EACCES" });
    }
    if (makeTransparent === undefined && port >= firstFreePort) return undefined;
    const server = await openEverywhere(host, port);
    try {
      makeTransparent?.(server);
      return server;
    } catch (error) {
      server.close();
      throw error;
    }
  };
}

/** All addresses, where none is named: IPv6 and IPv4, or IPv4 alone where the machine has no IPv6. */
async function openEverywhere(host: string | undefined, port: number): Promise<Server> {
  if (host !== undefined) return open(host, port);
  try {
    return await open("::", port);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL" && code !== "EINVAL") throw error;
    return open("0.0.0.0", port);
  }
}

function open(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Who connects before the child has the socket must not be answered here.
    const server = createServer({ pauseOnConnect: true }, (socket) => socket.destroy());
    server.once("error", reject);
    server.listen({ host, port, backlog }, () => resolve(server));
  });
}
