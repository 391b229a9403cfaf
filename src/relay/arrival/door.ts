import { BlockList, isIP, type Socket } from "node:net";
import type { LegAddresses, SessionInfo } from "../../model/session.js";
import { plainAddress } from "../../runtime/addresses.js";
import { isOwnAddress } from "../addresses.js";
import type { SocketOptions } from "./socket-options.js";

/** A connection's ends, and where it was heading before a gateway led it here. */
export type Heading = Pick<SessionInfo, "device" | "destination">;

export interface DoorOptions {
  /** True: only `devices` are served, and only what a gateway led here. */
  readonly followsDevice: boolean;
  /** Addresses and networks. */
  readonly devices: readonly string[];
}

/** Reads off a connection where it was heading, and says whom a relay that follows its devices does not serve. */
export class Door {
  readonly #options: DoorOptions;
  readonly #sockets: SocketOptions | undefined;
  readonly #devices = new BlockList();

  /** Without `sockets` nobody is known to have been led here. */
  constructor(options: DoorOptions, sockets: SocketOptions | undefined) {
    this.#options = options;
    this.#sockets = sockets;
    for (const device of options.devices) {
      const [address = "", prefix] = device.split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (prefix === undefined) this.#devices.addAddress(address, family);
      else this.#devices.addSubnet(address, Number(prefix), family);
    }
  }

  /** Undefined: reset before it was accepted. */
  heading(tcp: Socket): Heading | undefined {
    const { localAddress, localPort, remoteAddress, remotePort } = tcp;
    if (localAddress === undefined || localPort === undefined) return undefined;
    if (remoteAddress === undefined || remotePort === undefined) return undefined;
    const device = {
      ...{ localAddress: plainAddress(localAddress), localPort },
      ...{ remoteAddress: plainAddress(remoteAddress), remotePort },
    };
    const destination = this.#destination(tcp, device);
    return destination === undefined ? { device } : { device, destination };
  }

  /** Why a connection is not served, in words; undefined: it is. */
  refusal({ device, destination }: Heading): string | undefined {
    if (!this.#options.followsDevice) return undefined;
    const { remoteAddress } = device;
    const family = isIP(remoteAddress) === 6 ? "ipv6" : "ipv4";
    if (!this.#devices.check(remoteAddress, family)) return "its address is not in intercept.devices";
    return destination === undefined ? "it was heading for Cloudtap itself, not led here by a gateway" : undefined;
  }

  /** Redirected: the kernel remembers. Led here unchanged: the socket has the address of somebody else. */
  #destination(tcp: Socket, device: LegAddresses): SessionInfo["destination"] {
    if (this.#sockets === undefined) return undefined;
    const found = this.#sockets.originalDestination(tcp);
    const address = plainAddress(found?.address ?? device.localAddress);
    const port = found?.port ?? device.localPort;
    const isRedirected = address !== device.localAddress || port !== device.localPort;
    return isRedirected || !isOwnAddress(address) ? { address, port } : undefined;
  }
}
