import type { EpochMs } from "../../model/time.js";
import { backOffMs } from "../../runtime/back-off.js";
import type { Clock } from "../../runtime/clock.js";
import type { Logger } from "../../runtime/log.js";
import { explainFailure, isRefusal, type LinkFailure, mayNeedOlderProtocol } from "./failures.js";
import type { Link, LinkEvents, ProtocolVersion } from "./link.js";

const retryBounds = { firstMs: 1_000, longestMs: 30_000 };
/** A connection that held for so long was a good one: the next wait begins short again. */
const stableAfterMs = 30_000;

export interface ConnectorPorts {
  readonly log: Logger;
  readonly clock: Clock;
  random(): number;
  /** Tries one connection with this protocol version. */
  open(version: ProtocolVersion, events: LinkEvents): Link;
  opened(link: Link): void;
  message: LinkEvents["message"];
  closed(): void;
}

/** Keeps one connection to the broker for as long as it is wanted. */
export class Connector {
  readonly #ports: ConnectorPorts;
  readonly #versions: readonly ProtocolVersion[];
  readonly #fields: { readonly broker: string; readonly clientId: string };
  #link: Link | undefined;
  #cancelRetry: (() => void) | undefined;
  #stopped = false;
  #failures = 0;
  #openedAt: EpochMs | undefined;
  #awaySince: EpochMs | undefined;
  #reported: string | undefined;

  /** `fields` stand in every log line. */
  constructor(
    protocolVersion: "auto" | ProtocolVersion,
    fields: { readonly broker: string; readonly clientId: string },
    ports: ConnectorPorts,
  ) {
    this.#versions = protocolVersion === "auto" ? ["5", "3.1.1"] : [protocolVersion];
    this.#fields = fields;
    this.#ports = ports;
  }

  start(): void {
    this.#attempt(0);
  }

  /** No further attempts; one that is under way is given up. An open link is left to its user. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
    if (this.#openedAt === undefined) this.#link?.destroy();
  }

  /** `preference`: which of the protocol versions to try, the newest first. */
  #attempt(preference: number): void {
    const version = this.#versions[preference] ?? this.#versions[0] ?? "5";
    this.#link = this.#ports.open(version, {
      opened: (link) => this.#onOpened(link),
      message: this.#ports.message,
      closed: (failure) => this.#onClosed(failure, preference),
    });
  }

  #onOpened(link: Link): void {
    const { clock, log } = this.#ports;
    this.#openedAt = clock.now();
    const fields = { ...this.#fields, protocol: link.protocolVersion };
    if (this.#awaySince === undefined) log.info(fields, "broker connected");
    else log.info({ ...fields, awayS: Math.round((clock.now() - this.#awaySince) / 1000) }, "broker back");
    this.#awaySince = undefined;
    this.#reported = undefined;
    this.#ports.opened(link);
  }

  #onClosed(failure: LinkFailure, preference: number): void {
    const { clock } = this.#ports;
    const heldMs = this.#openedAt === undefined ? 0 : clock.now() - this.#openedAt;
    this.#openedAt = undefined;
    this.#link = undefined;
    if (failure.opened) this.#ports.closed();
    if (this.#stopped) return;
    if (this.#versions.length > preference + 1 && mayNeedOlderProtocol(failure)) {
      this.#ports.log.debug({ ...this.#fields, reason: failure.message }, "broker refused protocol 5, trying 3.1.1");
      this.#attempt(preference + 1);
      return;
    }
    if (failure.opened) this.#awaySince = clock.now();
    if (heldMs >= stableAfterMs) this.#failures = 0;
    this.#report(failure);
    this.#cancelRetry = clock.after(backOffMs(this.#failures, retryBounds, this.#ports.random), () => this.#attempt(0));
    this.#failures += 1;
  }

  /** Once a change: the same fault at each attempt is told at debug only. */
  #report(failure: LinkFailure): void {
    const { log } = this.#ports;
    const { reason, hint } = explainFailure(failure, failure.opened && this.#failures > 0);
    const fields = { ...this.#fields, code: "BROKER_FAILED", reason, mqtt: failure.code, hint };
    if (failure.opened) log.warn(fields, "broker lost");
    else if (this.#reported === reason) log.debug(fields, "broker still away");
    else if (isRefusal(failure)) log.error(fields, "broker refused the connection");
    else log.warn(fields, "broker not reachable");
    this.#reported = reason;
  }
}
