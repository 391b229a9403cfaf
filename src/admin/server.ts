import { createServer, type Server, type Socket } from "node:net";
import type { JsonObject, JsonValue } from "../model/value.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { encodeLine, parseRequest, type Reply } from "./exchange.js";
import { LineReader } from "./line-reader.js";
import { codeOf, listenLocally } from "./listening.js";

/** What the running program does on request. What it throws is the answer; a CloudtapError keeps its code. */
export type AdminCommand = (args: JsonObject) => Promise<JsonValue>;

export type AdminCommands = ReadonlyMap<string, AdminCommand>;

export interface AdminLimits {
  readonly lineBytes: number;
  readonly clients: number;
  /** How long a client may neither ask nor take its answer. */
  readonly idleMs: number;
}

const usualLimits: AdminLimits = { lineBytes: 64 * 1024, clients: 16, idleMs: 30_000 };

/**
 * The local socket of the running program: one JSON object a line in, one a line out, in order. A socket that cannot be
 * opened is logged once; the program goes on without it.
 */
export function createAdminServer(
  path: string,
  commands: AdminCommands,
  log: Logger,
  limits: AdminLimits = usualLimits,
): Part {
  return new AdminServer(path, commands, log, limits);
}

class AdminServer implements Part {
  readonly name = "local socket";
  readonly #path: string;
  readonly #commands: AdminCommands;
  readonly #log: Logger;
  readonly #limits: AdminLimits;
  /** A client may end its side first, as programs in a shell pipe do. */
  readonly #server: Server = createServer({ allowHalfOpen: true }, (socket) => this.#admit(socket));
  readonly #clients = new Set<Socket>();

  constructor(path: string, commands: AdminCommands, log: Logger, limits: AdminLimits) {
    this.#path = path;
    this.#commands = commands;
    this.#log = log;
    this.#limits = limits;
  }

  async start(): Promise<void> {
    try {
      await listenLocally(this.#server, this.#path);
    } catch (error) {
      const code = error instanceof CloudtapError ? error.code : "LISTEN_FAILED";
      this.#log.error({ code, path: this.#path, err: error }, "local socket is not open");
      return;
    }
    this.#server.on("error", (error) => this.#log.warn({ code: "LISTEN_FAILED", err: error }, "local socket failed"));
    this.#log.debug({ path: this.#path }, "local socket is open");
  }

  /** Closing removes the file. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  #admit(socket: Socket): void {
    const { clients, idleMs } = this.#limits;
    socket.on("error", (error) => this.#log.debug({ code: codeOf(error) }, "local client lost"));
    this.#clients.add(socket);
    socket.once("close", () => this.#clients.delete(socket));
    socket.setTimeout(idleMs, () => {
      this.#log.debug("local client dropped");
      socket.destroy();
    });
    if (this.#clients.size > clients) {
      socket.end(encodeLine(failure("BUSY", `${clients} clients are connected already`)), () => socket.destroy());
      return;
    }
    this.#serve(socket).catch((error: unknown) => {
      if (!socket.destroyed) this.#log.error({ err: error }, "internal fault");
      socket.destroy();
    });
  }

  /** One request after the other; nothing more is read until the client has taken the answer. */
  async #serve(socket: Socket): Promise<void> {
    const { lineBytes } = this.#limits;
    const reader = new LineReader(lineBytes);
    const chunks: AsyncIterable<Uint8Array> = socket.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      for (const line of reader.push(chunk)) await this.#answer(socket, line);
      if (!reader.overflowed) continue;
      await send(socket, failure("BAD_REQUEST", `a line has at most ${lineBytes} bytes`));
      break;
    }
    socket.destroySoon();
  }

  async #answer(socket: Socket, line: string): Promise<void> {
    // Silence is the client's only while nothing is being done for it.
    socket.setTimeout(0);
    const reply = await this.#execute(line);
    if (socket.destroyed) return;
    socket.setTimeout(this.#limits.idleMs);
    await send(socket, reply);
  }

  async #execute(line: string): Promise<Reply> {
    const request = parseRequest(line);
    if (request === undefined) return failure("BAD_REQUEST", 'expected {"command": NAME, "args": {…}}');
    const run = this.#commands.get(request.command);
    if (run === undefined) {
      const known = [...this.#commands.keys()].join(", ");
      return failure("UNKNOWN_COMMAND", `expected one of ${known}, found ${request.command}`);
    }
    try {
      return { ok: true, result: await run(request.args) };
    } catch (error) {
      if (error instanceof CloudtapError) return failure(error.code, error.message);
      this.#log.error({ err: error, command: request.command }, "internal fault");
      return failure("INTERNAL", describeError(error));
    }
  }
}

function failure(code: string, message: string): Reply {
  return { ok: false, error: { code, message } };
}

function send(socket: Socket, reply: Reply): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(encodeLine(reply), (error) => (error instanceof Error ? reject(error) : resolve()));
  });
}
