import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Player, PlayerAction, SimulatorOptions, Splitter } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import { protocolByName } from "../../src/protocols/registry.js";
import { deviceOf } from "./simulated-device.js";
import { until } from "./until.js";

export interface PlayedDeviceOptions extends Partial<SimulatorOptions> {
  readonly protocol: string;
  /** Of 127.0.0.1. */
  readonly port?: number;
  readonly tls?: boolean;
  /** Opens its connections in place of `port` and `tls`, and resolves when they are up. */
  readonly dial?: () => Promise<Duplex>;
}

/** A device that has nothing to say lets a pause pass. */
const mostPauses = 10;

/** A simulated device on a real socket, whose time passes only when the test lets it: no timer ever rings. */
export class PlayedDevice {
  readonly sessions: DeviceSession[] = [];
  readonly #options: PlayedDeviceOptions;
  readonly #player: Player;
  #aheadMs = 0;
  #wakeMs = 0;

  constructor(options: PlayedDeviceOptions) {
    this.#options = options;
    this.#player = deviceOf(options.protocol, { intervalS: 1, ...options });
  }

  /** The newest session. */
  get session(): DeviceSession {
    const newest = this.sessions.at(-1);
    if (newest === undefined) throw new Error("the device has not called yet");
    return newest;
  }

  /** Its pause passes, and it calls. */
  async call(): Promise<DeviceSession> {
    const before = this.sessions.at(-1);
    await before?.waitFor(({ isClosed }) => isClosed);
    let isReady = before === undefined;
    for (let pass = 0; pass < mostPauses && !isReady; pass += 1) {
      isReady = this.#pass().some((action) => action.type === "connect");
    }
    if (!isReady) throw new Error("the device does not call again");
    const session = new DeviceSession(this.#options.protocol, this.#player, {
      now: () => this.#now(),
      wake: (afterMs) => {
        this.#wakeMs = afterMs;
      },
    });
    await session.open(this.#options);
    this.sessions.push(session);
    return session;
  }

  /** What it waits for passes, so that it says what is next. */
  wake(): void {
    this.session.perform(this.#pass());
  }

  #pass(): readonly PlayerAction[] {
    this.#aheadMs += this.#wakeMs;
    return this.#player.woken(this.#now());
  }

  #now(): EpochMs {
    return (Date.now() + this.#aheadMs) as EpochMs;
  }
}

interface DeviceTime {
  now(): EpochMs;
  wake(afterMs: number): void;
}

/** One connection of a device, in whole frames. */
export class DeviceSession {
  readonly sent: Buffer[] = [];
  readonly received: Buffer[] = [];
  /** How the peer finished: `open` as long as it has not. */
  ending: "open" | "fin" | "reset" = "open";
  /** All bytes that came, framed or not. */
  bytes = 0;
  isClosed = false;
  readonly openedAt = Date.now();
  readonly #player: Player;
  readonly #time: DeviceTime;
  readonly #splitter: Splitter;
  readonly #watchers = new Set<() => void>();
  #socket: Duplex | undefined;

  constructor(protocol: string, player: Player, time: DeviceTime) {
    const splitter = protocolByName(protocol)?.createSplitter("cloud-to-device");
    if (splitter === undefined) throw new Error(`expected a protocol ${protocol}`);
    this.#splitter = splitter;
    this.#player = player;
    this.#time = time;
  }

  async open({ port = 0, tls, dial }: PlayedDeviceOptions): Promise<void> {
    const socket = await (dial?.() ?? dialLoopback(port, tls === true));
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => this.#finished("reset"));
    socket.on("end", () => {
      this.#finished("fin");
      socket.end();
    });
    socket.on("close", () => {
      this.isClosed = true;
      this.perform(this.#player.disconnected(this.#time.now()));
    });
    this.perform(this.#player.connected(this.#time.now()));
  }

  async waitFor(wanted: (session: DeviceSession) => boolean): Promise<DeviceSession> {
    await until(this.#watchers, () => (wanted(this) ? true : undefined));
    return this;
  }

  /** Resolves once the peer has finished and the socket is gone. */
  over(): Promise<DeviceSession> {
    return this.waitFor(({ ending }) => ending !== "open" && this.isClosed);
  }

  /** The device hangs up. */
  async hangUp(): Promise<void> {
    this.#socket?.destroy();
    await this.waitFor(() => this.isClosed);
  }

  perform(actions: readonly PlayerAction[]): void {
    for (const action of actions) {
      if (action.type === "send") {
        this.sent.push(Buffer.from(action.bytes));
        this.#socket?.write(Buffer.from(action.bytes));
      } else if (action.type === "wake") this.#time.wake(action.afterMs);
      else if (action.type === "end") this.#socket?.end();
    }
    this.#noticeAll();
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    for (const frame of this.#splitter.push(chunk)) {
      if (!frame.whole) throw new Error("expected whole frames from the relay");
      this.received.push(Buffer.from(frame.bytes));
      this.perform(this.#player.received(frame.bytes, this.#time.now()));
    }
    this.#noticeAll();
  }

  #finished(ending: "fin" | "reset"): void {
    if (this.ending === "open") this.ending = ending;
    this.#noticeAll();
  }

  #noticeAll(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

async function dialLoopback(port: number, tls: boolean): Promise<Duplex> {
  const where = { port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true };
  const socket = tls ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
  await new Promise<void>((resolve, reject) => {
    socket.once(tls ? "secureConnect" : "connect", resolve);
    socket.once("error", reject);
  });
  return socket;
}
