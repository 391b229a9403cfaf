import type { Duplex } from "node:stream";
import { type SecureContextOptions, TLSSocket } from "node:tls";
import type { Player, PlayerAction } from "../../../src/model/protocol.js";
import type { EpochMs } from "../../../src/model/time.js";
import { cloudOf } from "../../integration/simulated-device.js";
import { until } from "../../integration/until.js";
import type { Peer, RemoteServer } from "./peer.js";
import type { RemoteSocket } from "./remote-socket.js";

/** One connection that the cloud accepted. */
export interface PlayedSession {
  /** Under the TLS, where there is any. */
  readonly socket: RemoteSocket;
  readonly received: Buffer;
  readonly sent: Buffer;
}

/** A vendor's cloud on a machine of a network; it talks as the simulated one does and keeps what passed. */
export class PlayedCloud {
  readonly sessions: PlayedSession[] = [];
  readonly #protocol: string;
  readonly #watchers = new Set<() => void>();

  private constructor(protocol: string) {
    this.#protocol = protocol;
  }

  static async start(peer: Peer, protocol: string, port: number, tls?: SecureContextOptions): Promise<PlayedCloud> {
    const cloud = new PlayedCloud(protocol);
    const server: RemoteServer = await peer.listen(port);
    server.onConnection((socket) => cloud.#serve(socket, tls === undefined ? socket : overTls(socket, tls)));
    return cloud;
  }

  /** The first session, made or to come, that passes the test. */
  session(wanted: (session: PlayedSession, index: number) => boolean): Promise<PlayedSession> {
    return until(this.#watchers, () => this.sessions.find(wanted));
  }

  #serve(socket: RemoteSocket, stream: Duplex): void {
    const conversation = new PlayedConversation(socket, stream, cloudOf(this.#protocol));
    this.sessions.push(conversation);
    const notice = (): void => {
      for (const watcher of this.#watchers) watcher();
    };
    conversation.begin(notice);
    notice();
  }
}

class PlayedConversation implements PlayedSession {
  readonly socket: RemoteSocket;
  readonly #stream: Duplex;
  readonly #player: Player;
  readonly #received: Buffer[] = [];
  readonly #sent: Buffer[] = [];

  constructor(socket: RemoteSocket, stream: Duplex, player: Player) {
    this.socket = socket;
    this.#stream = stream;
    this.#player = player;
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  get sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  begin(notice: () => void): void {
    const stream = this.#stream;
    stream.on("data", (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#perform(this.#player.received(chunk, Date.now() as EpochMs));
      notice();
    });
    stream.on("end", () => stream.end());
    stream.on("error", () => this.socket.destroy());
    stream.on("close", () => this.socket.destroy());
    this.#perform(this.#player.connected(Date.now() as EpochMs));
  }

  #perform(actions: readonly PlayerAction[]): void {
    for (const action of actions) {
      if (action.type === "send") {
        this.#sent.push(Buffer.from(action.bytes));
        this.#stream.write(Buffer.from(action.bytes));
      } else if (action.type === "end") this.#stream.end();
    }
  }
}

/** The server's side of TLS over a connection that was accepted. */
export function overTls(socket: RemoteSocket, tls: SecureContextOptions): TLSSocket {
  return new TLSSocket(socket, { isServer: true, ...tls });
}
