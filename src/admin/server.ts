import { createServer, type Server, type Socket } from "node:net";
import type { JsonObject, JsonValue } from "../model/value.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { systemCodeOf } from "../runtime/system-errors.js";
import { encodeLine, parseRequest, type Reply } from "./exchange.js";
import { LineReader } from "./line-reader.js";
import { listenLocally } from "./listening.js";
import { type StreamSource, streamTo } from "./stream.js";

/** What the running program does on request. What it throws is the answer; a CloudtapError keeps its code. */
export type AdminCommand = (args: JsonObject) => Promise<JsonValue>;

/** Gives bytes without end: after the line that says ok the connection carries nothing else. */
export interface AdminStream {
  /** What it throws is the answer, as a command's. */
  open(args: JsonObject): Promise<StreamSource>;
}

export type AdminCommands = ReadonlyMap<string, AdminCommand | AdminStream>;

export interface AdminLimits {
  readonly lineBytes: number;
  readonly clients: number;
  /** Of these clients, how many may take a stream. */
  readonly streams: number;
  /** What waits for the client of a stream; more than one message beyond that it is never. */
  readonly streamBytes: number;
  /** How long a client may neither ask nor take its answer. */
  readonly idleMs: number;
}

const usualLimits: AdminLimits = {
  ...{ lineBytes: 64 * 1024, clients: 16, idleMs: 30_000 },
  ...{ streams: 8, streamBytes: 2 * 1024 * 1024 },
};

interface Answer {
  readonly reply: Reply;
  /** What follows the reply. */
  readonly source?: StreamSource;
}

/**
 * The local socket of the running program: one JSON object a line in, one a line out, in order; a stream, once begun, is
 * the last. A socket that cannot be opened is logged once; the program goes on without it.
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
  #streams = 0;

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
    socket.on("error", (error) => this.#log.debug({ code: systemCodeOf(error) }, "local client lost"));
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

  async #serve(socket: Socket): Promise<void> {
    const source = await this.#converse(socket);
    if (source !== undefined) await this.#stream(socket, source);
    socket.destroySoon();
  }

  /** One request after the other; nothing more is read until the client has taken the answer. */
  async #converse(socket: Socket): Promise<StreamSource | undefined> {
    const { lineBytes } = this.#limits;
    const reader = new LineReader(lineBytes);
    const chunks: AsyncIterable<Uint8Array> = socket.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      for (const line of reader.push(chunk)) {
        const source = await this.#answer(socket, line);
        if (source !== undefined) return source;
      }
      if (!reader.overflowed) continue;
      await send(socket, failure("BAD_REQUEST", `a line has at most ${lineBytes} bytes`));
      break;
    }
    return undefined;
  }

  async #answer(socket: Socket, line: string): Promise<StreamSource | undefined> {
    // Silence is the client's only while nothing is being done for it.
    socket.setTimeout(0);
    const { reply, source } = await this.#execute(line);
    if (socket.destroyed) return undefined;
    socket.setTimeout(this.#limits.idleMs);
    await send(socket, reply);
    return source;
  }

  /** A stream may be silent for days, and its client slow for as long. */
  async #stream(socket: Socket, source: StreamSource): Promise<void> {
    const { idleMs, streamBytes } = this.#limits;
    this.#streams += 1;
    socket.setTimeout(0);
    try {
      await streamTo(socket, source, streamBytes);
    } finally {
      this.#streams -= 1;
      socket.setTimeout(idleMs);
    }
  }

  async #execute(line: string): Promise<Answer> {
    const request = parseRequest(line);
    if (request === undefined) return { reply: failure("BAD_REQUEST", 'expected {"command": NAME, "args": {…}}') };
    const { command, args } = request;
    const found = this.#commands.get(command);
    if (found === undefined) {
      const known = [...this.#commands.keys()].join(", ");
      return { reply: failure("UNKNOWN_COMMAND", `expected one of ${known}, found ${command}`) };
    }
    try {
      if (typeof found === "function") return { reply: { ok: true, result: await found(args) } };
      const { streams } = this.#limits;
      if (this.#streams >= streams) return { reply: failure("BUSY", `${streams} streams are being taken already`) };
      return { source: await found.open(args), reply: { ok: true, result: "stream" } };
    } catch (error) {
      if (error instanceof CloudtapError) return { reply: failure(error.code, error.message) };
      this.#log.error({ err: error, command }, "internal fault");
      return { reply: failure("INTERNAL", describeError(error)) };
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
