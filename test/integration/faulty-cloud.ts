import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket, type Server as TlsServer } from "node:tls";
import type { Player, PlayerAction } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import { protocolByName } from "../../src/protocols/registry.js";
import { freePort } from "../support/mosquitto.js";
import { BlackHole } from "./black-hole.js";
import { cloudOf } from "./simulated-device.js";
import { until } from "./until.js";

/** How long an answer takes with `late`. */
const lateMs = 1_500;
/** Half an answer and what breaks it off are two things on the wire. */
const halfAnswerMs = 50;

/** What goes wrong. `black-hole`: see BlackHole. `server-error`: HTTP 500. */
export type Fault =
  | "refused"
  | "black-hole"
  | "wrong-certificate"
  | "reset"
  | "closed"
  | "silent"
  | "late"
  | "server-error";

/** When: before the device said anything, in place of its first answer, of its second, or after half of the first. */
export type Point = "accept" | "first frame" | "first answer" | "mid-answer";

export interface Plan {
  readonly fault: Fault;
  readonly at: Point;
}

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

export interface CloudOptions {
  readonly protocol: string;
  /** Speaks TLS, with the one or, with `wrong-certificate`, the other. */
  readonly tls?: { readonly right: KeyPair; readonly wrong: KeyPair };
  /** What it says; default: as the vendor's cloud. */
  readonly says?: () => Player;
  /** Loopback address to listen at; default: that of IPv4. */
  readonly address?: "127.0.0.1" | "::1";
}

/** One connection that the cloud accepted, in whole frames. */
export interface CloudSession {
  readonly received: readonly Buffer[];
  /** Those of `received` whose answers were sent in full. */
  readonly acknowledged: readonly Buffer[];
  /** What the cloud said. */
  readonly sent: readonly Buffer[];
  readonly isOver: boolean;
  /** Says something unasked. */
  say(bytes: Uint8Array): void;
}

/** A vendor's cloud on loopback that fails as it is told and keeps books of what it got and what it acknowledged. */
export class FaultyCloud {
  readonly host: string;
  readonly port: number;
  readonly sessions: Conversation[] = [];
  readonly #options: CloudOptions;
  readonly #watchers = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  readonly #tls: TlsServer | undefined;
  #server: Server | undefined;
  #blackHole: BlackHole | undefined;
  #plan: Plan | undefined;

  private constructor(options: CloudOptions, port: number) {
    this.#options = options;
    if (options.address === "::1") this.host = "[::1]";
    else this.host = options.tls === undefined ? "127.0.0.1" : "localhost";
    this.port = port;
    if (options.tls === undefined) return;
    this.#tls = createTlsServer({ ...options.tls.right, allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#tls.on("tlsClientError", () => undefined);
  }

  static async start(options: CloudOptions, plan?: Plan): Promise<FaultyCloud> {
    const cloud = new FaultyCloud(options, await freePort());
    await cloud.fail(plan);
    return cloud;
  }

  get upstream(): string {
    return `${this.host}:${this.port}`;
  }

  /** From now on, for connections to come; those that are open are cut, late ones when they have answered. Undefined: it is back. */
  async fail(plan: Plan | undefined): Promise<void> {
    await this.waitFor(() => (this.sessions.some(({ isLate }) => isLate) ? undefined : true));
    this.#plan = plan;
    const pair = plan?.fault === "wrong-certificate" ? this.#options.tls?.wrong : this.#options.tls?.right;
    if (pair !== undefined) this.#tls?.setSecureContext(pair);
    await this.#close();
    if (plan?.fault === "refused") return;
    if (plan?.fault === "black-hole") this.#blackHole = await BlackHole.open("127.0.0.1", this.port);
    else await this.#listen();
  }

  /** The session number `index`, from 0, as soon as it is there. */
  session(index: number): Promise<CloudSession> {
    return this.waitFor(() => this.sessions[index]);
  }

  /** The first value that `look` finds, now or after anything that happens here. */
  waitFor<T>(look: () => T | undefined): Promise<T> {
    return until(this.#watchers, look);
  }

  /** Everything that was answered in full, in order. */
  get acknowledged(): readonly Buffer[] {
    return this.sessions.flatMap((session) => session.acknowledged);
  }

  async stop(): Promise<void> {
    this.#tls?.close();
    await this.#close();
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#connected(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, this.#options.address ?? "127.0.0.1", resolve);
    });
  }

  async #close(): Promise<void> {
    const [server, hole] = [this.#server, this.#blackHole];
    this.#server = undefined;
    this.#blackHole = undefined;
    const closed = new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    for (const socket of this.#sockets) reset(socket);
    await Promise.all([closed, hole?.close()]);
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (this.#plan?.at === "accept" && this.#plan.fault === "reset") reset(socket);
    else if (this.#tls === undefined) this.#accept(socket);
    else this.#tls.emit("connection", socket);
  }

  #accept(socket: Socket): void {
    const notice = (): void => {
      for (const watcher of this.#watchers) watcher();
    };
    this.sessions.push(new Conversation(socket, this.#options, this.#plan, notice));
    notice();
  }
}

class Conversation implements CloudSession {
  readonly received: Buffer[] = [];
  readonly acknowledged: Buffer[] = [];
  readonly sent: Buffer[] = [];
  readonly #socket: Socket;
  readonly #player: Player;
  readonly #splitter;
  readonly #plan: Plan | undefined;
  readonly #notice: () => void;
  #answers = 0;
  #lateAnswers = 0;
  #isMute = false;
  #isOver = false;

  constructor(socket: Socket, { protocol, says }: CloudOptions, plan: Plan | undefined, notice: () => void) {
    const splitter = protocolByName(protocol)?.createSplitter("device-to-cloud");
    if (splitter === undefined) throw new Error(`expected a protocol ${protocol}`);
    this.#splitter = splitter;
    this.#socket = socket;
    this.#player = (says ?? (() => cloudOf(protocol)))();
    this.#plan = plan;
    this.#notice = notice;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.#isOver = true;
      notice();
    });
    this.#perform(this.#player.connected(Date.now() as EpochMs), undefined);
    if (plan?.at === "accept" && plan.fault !== "late") this.#break(plan.fault, undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** An answer is still to come. */
  get isLate(): boolean {
    return this.#lateAnswers > 0;
  }

  say(bytes: Uint8Array): void {
    this.sent.push(Buffer.from(bytes));
    this.#socket.write(bytes);
  }

  #take(chunk: Buffer): void {
    for (const frame of this.#splitter.push(chunk)) {
      if (!frame.whole) throw new Error("expected whole frames from the relay");
      const bytes = Buffer.from(frame.bytes);
      this.received.push(bytes);
      this.#perform(this.#player.received(bytes, Date.now() as EpochMs), bytes);
    }
    this.#notice();
  }

  #perform(actions: readonly PlayerAction[], request: Buffer | undefined): void {
    const answers = actions.flatMap((action) => (action.type === "send" ? [Buffer.from(action.bytes)] : []));
    const ends = actions.some((action) => action.type === "end");
    if (this.#isMute || (answers.length === 0 && !ends)) return;
    const { fault, at } = this.#plan ?? {};
    const isDue =
      (this.#answers === 0 && (at === "first frame" || at === "mid-answer")) ||
      (this.#answers === 1 && at === "first answer");
    this.#answers += 1;
    if (fault === "late") this.#answerLate(answers, request, ends);
    else if (fault !== undefined && isDue) this.#break(fault, at === "mid-answer" ? answers[0] : undefined);
    else this.#answer(answers, request, ends);
  }

  #answer(answers: readonly Buffer[], request: Buffer | undefined, ends: boolean): void {
    for (const bytes of answers) this.say(bytes);
    if (request !== undefined && answers.length > 0 && !this.#isOver) this.acknowledged.push(request);
    if (ends) this.#socket.end();
    this.#notice();
  }

  #answerLate(answers: readonly Buffer[], request: Buffer | undefined, ends: boolean): void {
    this.#lateAnswers += 1;
    setTimeout(() => {
      this.#lateAnswers -= 1;
      this.#answer(answers, request, ends);
    }, lateMs);
  }

  /** `half`: what is begun to be said before. */
  #break(fault: Fault, half: Buffer | undefined): void {
    this.#isMute = true;
    if (half === undefined) this.#leave(fault);
    else
      this.#socket.write(half.subarray(0, half.length / 2), () => setTimeout(() => this.#leave(fault), halfAnswerMs));
  }

  #leave(fault: Fault): void {
    if (fault === "reset") reset(this.#socket);
    else if (fault === "closed") this.#socket.end();
    else if (fault === "server-error") this.#socket.end("HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n");
  }
}

/** RST and nothing before it: left to itself the first of the two would send FIN. */
function reset(socket: Socket): void {
  if (!(socket instanceof TLSSocket) && !socket.destroyed) socket.resetAndDestroy();
  socket.destroy();
}
