import type { Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import type { Bus } from "../../model/ports.js";
import type { SessionInfo } from "../../model/session.js";
import type { SpliceKey } from "../../model/splice.js";
import type { SessionTraffic } from "../../model/traffic.js";
import { formatAddressAndPort } from "../../runtime/addresses.js";
import type { Clock } from "../../runtime/clock.js";
import { CloudtapError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import { secretsWatch } from "../leg-traffic.js";
import { describeTlsFault, terminateTls } from "./device-tls.js";
import type { SpliceMemory } from "./splice-memory.js";
import type { UnreadNotices } from "./unread-notices.js";

/** `auto`: told by the first bytes. `terminate`: TLS, opened here. `plain`: never TLS. `splice`: TLS passes through unread. */
export type DeviceTlsMode = "auto" | "terminate" | "plain" | "splice";

/** What the TLS of all device legs of a relay shares. */
export interface DeviceSecurityPorts {
  /** Of the session, for the secrets of its TLS. */
  readonly traffic?: SessionTraffic | undefined;
  readonly tls: DeviceTlsMode;
  /** What `auto` does for this protocol. */
  readonly onTls: "terminate" | "splice";
  readonly clock: Clock;
  readonly bus: Bus;
  readonly splices: SpliceMemory;
  readonly notices: UnreadNotices;
  context(serverName: string | undefined): Promise<SecureContext>;
  /** For a key log. */
  readonly watchTls?: (socket: TLSSocket) => void;
}

const handshakeLimitMs = 10_000;
const hungUp = "the device hung up after the handshake without a byte";

/** What is done with the TLS of one device leg, and what is learnt from how that went. */
export class DeviceSecurity {
  readonly #session: SessionInfo;
  readonly #ports: DeviceSecurityPorts;
  readonly #log: Logger;
  readonly #key: SpliceKey;
  /** A handshake has succeeded, and no byte of the device has come since. */
  #isUnproven = false;

  constructor(session: SessionInfo, ports: DeviceSecurityPorts, log: Logger) {
    this.#session = session;
    this.#ports = ports;
    this.#log = log;
    const { destination, serverName } = session;
    const place = destination === undefined ? "" : formatAddressAndPort(destination.address, destination.port);
    this.#key = { relay: session.relay, address: session.device.remoteAddress, target: serverName ?? place };
  }

  /** What to do with a TLS hello of this device. */
  decide(): "tls" | "splice" {
    const { tls, onTls, splices } = this.#ports;
    if (tls === "splice" || (tls === "auto" && onTls === "splice")) return "splice";
    return splices.splices(this.#key) === undefined ? "tls" : "splice";
  }

  /** Plays the TLS server. Throws CloudtapError DEVICE_TLS, or CERTIFICATE_FAILED; `tcp` is closed after the former. */
  async terminate(tcp: Socket, head: Buffer): Promise<TLSSocket> {
    const { clock, traffic } = this.#ports;
    const watchTls = secretsWatch(this.#ports.watchTls, traffic);
    const context = await this.#ports.context(this.#session.serverName);
    const handshake = { tcp, head, context, limitMs: handshakeLimitMs };
    try {
      const socket = await terminateTls(watchTls === undefined ? handshake : { ...handshake, watchTls }, clock);
      this.#isUnproven = true;
      this.#log.debug({ version: socket.getProtocol(), cipher: socket.getCipher()?.name }, "device speaks TLS");
      return socket;
    } catch (error) {
      throw new CloudtapError("DEVICE_TLS", describeTlsFault(error), {}, error);
    }
  }

  /** Application bytes came over the TLS that was opened: this device takes our certificate. */
  proven(): void {
    if (!this.#isUnproven) return;
    this.#isUnproven = false;
    this.#ports.splices.accepted(this.#key);
  }

  /** The device ended the session. Some check the certificate only after the handshake, and hang up. */
  hungUp(): void {
    if (!this.#isUnproven) return;
    this.#isUnproven = false;
    this.failed(hungUp);
  }

  /**
   * Reading this device would keep it from its cloud. The second time in a row makes it one that is passed through unread,
   * which is said once and aloud.
   */
  failed(reason: string): void {
    const { splices } = this.#ports;
    const { refusals, splice } = splices.refused(this.#key, reason);
    const fields = { code: "DEVICE_TLS", reason, target: this.#key.target };
    if (splice === undefined) {
      if (refusals === 1) this.#log.warn(fields, "TLS with the device failed");
      else this.#log.debug(fields, "TLS with the device failed");
      return;
    }
    // Said now, so not again at the first session that passes through.
    this.#ports.notices.isNews(this.#key);
    const remedy = `cloudtap forget ${this.#key.address}`;
    this.#log.warn({ ...fields, remedy }, "encrypted, passed through unread from now on");
    this.#publishUnread();
  }

  /** TLS of this session passes through. */
  reportUnread(): void {
    const { notices } = this.#ports;
    const fields = { reason: this.#unreadReason(), target: this.#key.target };
    if (notices.isNews(this.#key)) this.#log.warn(fields, "encrypted, passed through unread");
    else this.#log.debug(fields, "encrypted, passed through unread");
    this.#publishUnread();
  }

  #publishUnread(): void {
    const { bus, clock, splices } = this.#ports;
    const splice = splices.splices(this.#key);
    bus.publish({
      ...{ type: "encrypted", session: this.#session, target: this.#key.target, reason: this.#unreadReason() },
      ...(splice === undefined ? {} : { splice }),
      at: clock.now(),
    });
  }

  #unreadReason(): string {
    const splice = this.#ports.splices.splices(this.#key);
    return splice === undefined
      ? "TLS of such devices is not opened here, because they check their vendor's certificate"
      : `it refused Cloudtap's certificate: ${splice.reason}`;
  }
}
