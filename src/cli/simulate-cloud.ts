import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { ListenEndpoint } from "../config/configuration.js";
import { formatEndpoint, parseListen } from "../config/endpoint.js";
import type { Player, Protocol } from "../model/protocol.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { PlayerRunner } from "./player-runner.js";
import { findProtocol, timestamped } from "./simulation.js";

const command = "simulate-cloud";
const mostConnections = 10_000;

/** `cloudtap simulate-cloud`: answers devices as the vendor's cloud would, until it is interrupted. */
export async function simulateCloud(given: Arguments, context: CommandContext): Promise<number> {
  const protocol = findProtocol(given, await context.protocols(), command);
  const listen = parseListenOption(given);
  const tls = await readCertificate(given);
  const interruption = context.interruption();
  const runners = new Set<PlayerRunner>();
  // Players that lost their connection go on with the next one: they know the devices that they have met.
  const idle = [createPlayer(protocol)];
  let sessions = 0;
  const accept = (socket: Socket): void => {
    sessions += 1;
    const label = `session ${sessions}`;
    const player = idle.pop() ?? createPlayer(protocol);
    const log = (text: string): unknown => context.out.write(timestamped(context, `${label}: ${text}`));
    const runner = new PlayerRunner(player, { clock: context.clock, log });
    runners.add(runner);
    void runner.finished.then(() => {
      runners.delete(runner);
      idle.push(player);
    });
    runner.accept(socket);
  };
  const server = tls === undefined ? createServer({ noDelay: true }, accept) : createTlsServer(tls, accept);
  server.maxConnections = mostConnections;
  const port = await open(server, listen);
  const place = formatEndpoint({ host: listen.host, port });
  context.out.write(timestamped(context, `listens on ${place}${tls === undefined ? "" : " with TLS"}`));
  await closed(server, interruption, runners);
  return 0;
}

function createPlayer(protocol: Protocol): Player {
  const player = protocol.createCloudSimulator?.();
  if (player === undefined) throw usageError(`${protocol.name} has no simulated cloud`, command);
  return player;
}

function parseListenOption(given: Arguments): ListenEndpoint {
  const text = optionOf(given, "listen");
  if (text === undefined) throw usageError("expected --listen HOST:PORT", command);
  const listen = parseListen(text);
  if (listen === undefined) throw usageError(`--listen: expected HOST:PORT or PORT, found ${text}`, command);
  return listen;
}

async function readCertificate(given: Arguments): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  const [cert, key] = [optionOf(given, "cert"), optionOf(given, "key")];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usageError("--cert and --key need each other", command);
  const read = (option: string, file: string): Promise<string> => {
    return readFile(file, "utf8").catch((error: unknown) => {
      throw usageError(`${option}: expected a readable file, found: ${describeError(error)}`, command);
    });
  };
  return { cert: await read("--cert", cert), key: await read("--key", key) };
}

function open(server: Server, { host, port }: ListenEndpoint): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on("error", (error) => {
      reject(new CloudtapError("LISTEN_FAILED", `cannot listen on port ${port}: ${error.message}`, { port }, error));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function closed(server: Server, interruption: AbortSignal, runners: ReadonlySet<PlayerRunner>): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      server.close(() => resolve());
      for (const runner of [...runners]) runner.stop();
    };
    if (interruption.aborted) end();
    else interruption.addEventListener("abort", end);
  });
}
