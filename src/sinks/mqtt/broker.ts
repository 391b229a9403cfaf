import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";

export interface EmbeddedBroker {
  readonly address: { readonly host: string; readonly port: number };
  stop(): Promise<void>;
}

/** Far above any message of ours; bounds what one client can make the broker hold. */
const maxPacketBytes = 4 * 1024 * 1024;
const maxPendingSessions = 1_000;
const longestSessionS = 86_400;

/**
 * Starts an MQTT broker for MQTT 3.1.1 and 5 over TCP, without passwords and without a disk: what is retained is gone
 * when it stops. Port 0: any free one. Throws CloudtapError where the port cannot be had.
 */
export async function startEmbeddedBroker(
  listen: { readonly host: string; readonly port: number },
  log: Logger,
): Promise<EmbeddedBroker> {
  const { Aedes } = await import("aedes");
  const aedes = await Aedes.createBroker({
    maximumPacketSize: maxPacketBytes,
    pendingSessionsLimit: maxPendingSessions,
    sessionExpiryIntervalLimit: longestSessionS,
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  aedes.on("clientError", (client, error) => log.debug({ client: client.id, err: error }, "broker client failed"));
  aedes.on("connectionError", (_client, error) => log.debug({ err: error }, "broker connection failed"));
  const stop = async (): Promise<void> => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    return { address: await listenOn(server, listen), stop };
  } catch (error) {
    await stop();
    const where = `${listen.host}:${listen.port}`;
    const message = `expected to open ${where} for the embedded broker, found: ${describeError(error)}; set mqtt.embedded.listen to a free port, or mqtt.url to the broker that has it`;
    throw new CloudtapError("LISTEN_FAILED", message, { host: listen.host, port: listen.port }, error);
  }
}

function listenOn(server: Server, listen: { readonly host: string; readonly port: number }) {
  return new Promise<{ readonly host: string; readonly port: number }>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.off("error", reject);
      const address = server.address();
      if (isTcp(address)) resolve({ host: address.address, port: address.port });
      else reject(new Error("no TCP address"));
    });
  });
}

function isTcp(address: ReturnType<Server["address"]>): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
