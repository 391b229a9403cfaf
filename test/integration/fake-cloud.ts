import { createServer as createPlain, type Server, type Socket } from "node:net";
import { createServer as createTls } from "node:tls";
import { until } from "./until.js";

export interface CloudConnection {
  readonly socket: Socket;
  /** All bytes that came so far. */
  received(): Buffer;
  /** Resolves once at least `count` bytes came. */
  waitFor(count: number): Promise<Buffer>;
}

export interface FakeCloud {
  readonly port: number;
  readonly connections: readonly CloudConnection[];
  /** The connection number `index`, from 0, as soon as it is there. */
  connection(index: number): Promise<CloudConnection>;
  stop(): Promise<void>;
}

/** A vendor's cloud that keeps every byte it got; what it says is the test's affair. */
export async function startFakeCloud(tls?: { readonly key: string; readonly cert: string }): Promise<FakeCloud> {
  const connections: CloudConnection[] = [];
  const watchers = new Set<() => void>();
  const accept = (socket: Socket): void => {
    connections.push(record(socket));
    for (const watcher of watchers) watcher();
  };
  const server: Server =
    tls === undefined
      ? createPlain({ allowHalfOpen: true }, accept)
      : createTls({ ...tls, allowHalfOpen: true }, accept);
  // Also those whose TLS never came about.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP port");
  return {
    port: address.port,
    connections,
    async connection(index) {
      return until(watchers, () => connections[index]);
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function record(socket: Socket): CloudConnection {
  const chunks: Buffer[] = [];
  let size = 0;
  const watchers = new Set<() => void>();
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    for (const watcher of watchers) watcher();
  });
  socket.on("error", () => socket.destroy());
  // A cloud closes when its device has.
  socket.on("end", () => socket.end());
  const received = () => Buffer.concat(chunks);
  return { socket, received, waitFor: (count) => until(watchers, () => (size >= count ? received() : undefined)) };
}
