import type { Frame, Protocol } from "../../model/protocol.js";
import type { LegSecurity } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import type { SessionTraffic } from "../../model/traffic.js";
import type { Clock } from "../../runtime/clock.js";
import type { Guard } from "../../runtime/guard.js";
import { FrameLane } from "../frame-lane.js";
import { Leg, type Pause } from "../leg.js";
import { cloudLegTraffic } from "../leg-traffic.js";
import { cloudLegSecurity, type Upstream, type UpstreamSecurity } from "./upstream.js";

export interface CloudLegPorts {
  readonly protocol: Protocol;
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly security: UpstreamSecurity;
  readonly guard: Guard;
  /** Of the session; absent: nobody is told what passes. */
  readonly traffic?: SessionTraffic | undefined;
}

/** Where a cloud leg leads, for the log. */
export interface CloudEnd {
  readonly cloud: string | undefined;
  readonly cloudPort: number | undefined;
  readonly security: LegSecurity;
}

/** Who hears what comes on a cloud leg. */
export interface CloudLegOwner {
  bytes(chunk: Buffer): void;
  frames(frames: readonly Frame[]): void;
  /** FIN; `rest`: what it leaves behind. */
  ended(rest: readonly Frame[]): void;
  failed(error: Error): void;
  drained(): void;
}

/** One connection to the cloud, in frames. A gated session may have several, one after the other. */
export class CloudLeg {
  readonly #ports: CloudLegPorts;
  readonly #lane: FrameLane;
  readonly #dialling = new AbortController();
  #owner: CloudLegOwner | undefined;
  #leg: Leg | undefined;

  constructor(ports: CloudLegPorts, owner: CloudLegOwner) {
    const { protocol, guard } = ports;
    this.#ports = ports;
    this.#owner = owner;
    this.#lane = new FrameLane(protocol.createSplitter("cloud-to-device"), guard);
  }

  /** Resolves to where it leads once the leg is up, and to nothing where nobody wants it any more; throws CloudtapError. */
  async dial(): Promise<CloudEnd | undefined> {
    const { upstream, security, traffic } = this.#ports;
    const dialled = await upstream.dial(security, this.#dialling, traffic);
    const { socket, tcp } = dialled;
    if (this.#owner === undefined) {
      socket.destroy();
      return undefined;
    }
    const ownSecurity = cloudLegSecurity(security, "plain");
    const own = cloudLegTraffic(traffic, tcp, ownSecurity);
    this.#leg = new Leg(
      "cloud",
      { ...dialled, traffic: own },
      {
        chunk: (_side, chunk) => this.#chunk(chunk),
        ended: () => this.#ended(),
        drained: () => this.#owner?.drained(),
        failed: (_side, error) => this.#owner?.failed(error),
        closed: () => undefined,
      },
    );
    return { cloud: socket.remoteAddress, cloudPort: socket.remotePort, security: ownSecurity };
  }

  get waitingBytes(): number {
    return this.#leg?.waitingBytes ?? 0;
  }

  get hasHalfFrame(): boolean {
    return this.#lane.hasHalfFrame;
  }

  get staleAt(): number {
    return this.#lane.staleAt;
  }

  /** From now on `owner` hears what comes. */
  handOver(owner: CloudLegOwner): void {
    this.#owner = owner;
  }

  /** False: the cloud is slow; write no more until `drained`. */
  write(bytes: Uint8Array): boolean {
    return this.#leg?.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) ?? true;
  }

  pause(reason: Pause): void {
    this.#leg?.pause(reason);
  }

  resume(reason: Pause): void {
    this.#leg?.resume(reason);
  }

  /** Half a frame has waited too long. */
  flushStale(now: EpochMs): void {
    if (this.staleAt <= now) this.#owner?.frames(this.#lane.flush(now));
  }

  /** FIN; the cloud may still speak. */
  end(): void {
    this.#leg?.end();
  }

  /** FIN after what is still to be written, and nothing is heard any more. */
  finish(): void {
    this.#leave();
    this.#leg?.finish();
  }

  reset(): void {
    this.#leave();
    this.#leg?.reset();
  }

  #leave(): void {
    this.#owner = undefined;
    this.#dialling.abort(new Error("the session does not need the cloud any more"));
  }

  #chunk(chunk: Buffer): void {
    this.#owner?.bytes(chunk);
    this.#owner?.frames(this.#lane.push(chunk, this.#ports.clock.now()));
  }

  #ended(): void {
    this.#owner?.ended(this.#lane.flush(this.#ports.clock.now()));
  }
}
