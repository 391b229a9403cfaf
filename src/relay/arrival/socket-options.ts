import { isIP, type Server, Socket, type SocketConstructorOpts } from "node:net";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import { decodeSocketAddress, encodeSocketAddress, type SocketEndpoint, socketFamilies } from "./socket-address.js";

/** What sockets can do on Linux that Node has no words for. Numbers as in the kernel's headers. */
export interface SocketOptions {
  /**
   * Where a connection was heading before this host's packet filter redirected it, from SO_ORIGINAL_DST; where nothing
   * redirected it, its local address. Undefined: the kernel does not track connections, or this one is closed.
   */
  originalDestination(socket: Socket): SocketEndpoint | undefined;
  /** Lets a listening socket take connections to addresses of others. Throws CloudtapError SOCKET_OPTION without the right to. */
  makeTransparent(server: Server): void;
  /** True where this process may mark its packets. */
  mayMark(): boolean;
  /** A socket to connect with, IPv4 or IPv6 as `towards` is. Throws CloudtapError SOCKET_OPTION. */
  openSocket(towards: string, marks: SocketMarks): Socket;
}

export interface SocketMarks {
  /** Mark of its packets, so that the packet filter knows them as Cloudtap's own. */
  readonly mark?: number;
  /** Address of another host to connect from. */
  readonly from?: string;
}

const level = { ip: 0, socket: 1, ipv6: 41 } as const;
const option = { originalDestination: 80, transparent: { 4: 19, 6: 75 }, mark: 36, bindWithoutPort: 24 } as const;
const socketType = { stream: 1, nonBlocking: 0o4000, closeOnExec: 0o2000000 } as const;
const addressLimitBytes = 28;
const permissionErrors: readonly number[] = [1, 13];

/** Loads what is native. Throws CloudtapError SOCKET_OPTION where this machine has none. */
export async function loadSocketOptions(): Promise<SocketOptions> {
  if (process.platform !== "linux") {
    throw new CloudtapError(
      "SOCKET_OPTION",
      `expected Linux, found ${process.platform}; point the device here instead`,
    );
  }
  try {
    return createSocketOptions(await loadLibrary());
  } catch (error) {
    const message = `expected koffi's native part for ${process.arch}: ${describeError(error)}; install it again`;
    throw new CloudtapError("SOCKET_OPTION", message, {}, error);
  }
}

interface Library {
  getsockopt(fd: number, level: number, name: number, value: Buffer, length: number[]): number;
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number;
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  close(fd: number): number;
  errno(): number;
}

async function loadLibrary(): Promise<Library> {
  const { default: koffi } = await import("koffi");
  const library = koffi.load(null);
  return {
    getsockopt: library.func("int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)"),
    setsockopt: library.func("int setsockopt(int, int, int, const uint8_t *, uint32_t)"),
    socket: library.func("int socket(int, int, int)"),
    bind: library.func("int bind(int, const uint8_t *, uint32_t)"),
    close: library.func("int close(int)"),
    errno: () => koffi.errno(),
  };
}

function createSocketOptions(library: Library): SocketOptions {
  return {
    originalDestination(socket) {
      const fd = findDescriptor(socket);
      return fd === undefined ? undefined : askDestination(library, fd, socket.localAddress ?? "");
    },
    makeTransparent(server) {
      const address = server.address();
      const family = address !== null && typeof address === "object" && address.family === "IPv6" ? 6 : 4;
      setTransparent(library, descriptorOf(server), family);
    },
    mayMark() {
      const fd = library.socket(socketFamilies[4], streamType, 0);
      if (fd < 0) return false;
      const value = intBytes(1);
      const allowed = library.setsockopt(fd, level.socket, option.mark, value, value.length) === 0;
      library.close(fd);
      return allowed;
    },
    openSocket(towards, marks) {
      const family = isIP(towards) === 6 ? 6 : 4;
      const fd = library.socket(socketFamilies[family], streamType, 0);
      if (fd < 0) throw refused(library, "a socket");
      try {
        prepare(library, fd, { family, ...marks });
        return adopt(fd);
      } catch (error) {
        library.close(fd);
        throw error;
      }
    },
  };
}

const streamType = socketType.stream | socketType.nonBlocking | socketType.closeOnExec;

function askDestination(library: Library, fd: number, localAddress: string): SocketEndpoint | undefined {
  const isV6 = isIP(localAddress) === 6 && !localAddress.startsWith("::ffff:");
  const value = Buffer.alloc(addressLimitBytes);
  const where = isV6 ? level.ipv6 : level.ip;
  if (library.getsockopt(fd, where, option.originalDestination, value, [addressLimitBytes]) !== 0) return undefined;
  return decodeSocketAddress(value);
}

function prepare(library: Library, fd: number, wanted: SocketMarks & { readonly family: 4 | 6 }): void {
  const { family, mark, from } = wanted;
  if (mark !== undefined) set(library, fd, [level.socket, option.mark], mark, "SO_MARK");
  if (from === undefined) return;
  setTransparent(library, fd, family);
  // The port is chosen at connect, so that many connections can share one.
  set(library, fd, [level.ip, option.bindWithoutPort], 1, "IP_BIND_ADDRESS_NO_PORT");
  const address = encodeSocketAddress({ address: from, port: 0 });
  if (library.bind(fd, address, address.length) !== 0) throw refused(library, `to connect from ${from}`);
}

function setTransparent(library: Library, fd: number, family: 4 | 6): void {
  const where = family === 6 ? level.ipv6 : level.ip;
  set(library, fd, [where, option.transparent[family]], 1, "IP_TRANSPARENT");
}

function set(
  library: Library,
  fd: number,
  [where, name]: readonly [number, number],
  value: number,
  word: string,
): void {
  const bytes = intBytes(value);
  if (library.setsockopt(fd, where, name, bytes, bytes.length) !== 0) throw refused(library, word);
}

/** An int in the machine's byte order. */
function intBytes(value: number): Buffer {
  return Buffer.from(Uint32Array.of(value).buffer);
}

/** The event loop takes the socket over; it closes it too. */
function adopt(fd: number): Socket {
  // Without `manualStart` Node would read before it is connected.
  const options: SocketConstructorOpts & { readonly manualStart: true } = {
    ...{ fd, allowHalfOpen: true, readable: true, writable: true },
    manualStart: true,
  };
  return new Socket(options);
}

function refused(library: Library, what: string): CloudtapError {
  const number = library.errno();
  const remedy = permissionErrors.includes(number)
    ? "the capability CAP_NET_ADMIN is missing: add it, or start Cloudtap as root with intercept.user"
    : `the kernel says error ${number}`;
  return new CloudtapError("SOCKET_OPTION", `expected ${what} to be allowed: ${remedy}`, { errno: number });
}

function descriptorOf(server: Server): number {
  const fd = findDescriptor(server);
  if (fd === undefined) throw new CloudtapError("SOCKET_OPTION", "expected an open socket");
  return fd;
}

/** The descriptor under a socket, which Node keeps to itself; undefined where the socket is closed. */
function findDescriptor(socket: Socket | Server): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  const fd: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, "fd") : undefined;
  return typeof fd === "number" && fd >= 0 ? fd : undefined;
}
