import { createServer, type Server, type Socket } from "node:net";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import { systemCodeOf } from "../../runtime/system-errors.js";
import { keepAliveMs } from "../cloud/upstream.js";

export interface ListenAddress {
  /** Undefined: all addresses, IPv6 and IPv4; IPv4 alone where the machine has no IPv6. */
  readonly host: string | undefined;
  /** 0: any free port. */
  readonly port: number;
}

/** Opens a port in this process's place, with rights that it lacks; undefined: it may do so itself. */
export type ListenerSource = (address: ListenAddress) => Promise<Server | undefined>;

/** The port where devices arrive. */
export class Listener {
  readonly #address: ListenAddress;
  readonly #server: Server;
  readonly #source: ListenerSource | undefined;

  constructor(address: ListenAddress, accept: (socket: Socket) => void, source?: ListenerSource) {
    this.#address = address;
    this.#source = source;
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs },
      accept,
    );
  }

  /** The port in force; undefined while not listening. */
  get port(): number | undefined {
    const address = this.#server.address();
    return address === null || typeof address === "string" ? undefined : address.port;
  }

  /** For socket options that Node has no words for. */
  get server(): Server {
    return this.#server;
  }

  /** Throws CloudtapError LISTEN_FAILED. `failed` is told of what goes wrong with accepting later. */
  async start(failed: (error: Error) => void): Promise<void> {
    const { host, port } = this.#address;
    try {
      const opened = await this.#source?.(this.#address);
      if (opened !== undefined) await this.#listen(opened);
      else if (host !== undefined) await this.#listen({ host, port });
      else {
        await this.#listen({ host: "::", port }).catch((error: unknown) => {
          if (!lacksIpv6(error)) throw error;
          return this.#listen({ host: "0.0.0.0", port });
        });
      }
    } catch (error) {
      throw new CloudtapError("LISTEN_FAILED", explain(error, host, port), { port }, error);
    }
    this.#server.on("error", failed);
  }

  /** Accepts nothing more; what is open stays. */
  stop(): void {
    this.#server.close();
  }

  #listen(where: Server | { readonly host: string; readonly port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      const listening = (): void => {
        this.#server.off("error", reject);
        resolve();
      };
      this.#server.once("error", reject);
      if ("host" in where) this.#server.listen({ ...where, backlog: 1024 }, listening);
      else this.#server.listen(where, 1024, listening);
    });
  }
}

function lacksIpv6(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL" || code === "EINVAL";
}

function explain(error: unknown, host: string | undefined, port: number): string {
  const place = host === undefined ? `port ${port}` : `port ${port} on ${host}`;
  const code = systemCodeOf(error);
  if (code === "EADDRINUSE") return `${place} is taken by another program; stop it or choose another listen`;
  if (code === "EACCES") return `${place} needs more rights than Cloudtap has; choose a port above 1023`;
  if (code === "EADDRNOTAVAIL") return `${place} cannot be opened: this machine does not have that address`;
  return `${place} cannot be opened: ${describeError(error)}`;
}
