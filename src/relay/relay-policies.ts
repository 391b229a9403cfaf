import type { CloudCommand, CommandClass, WriteRequest, WriteResult } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { Outbox, OutboxItem } from "../model/ports.js";
import type { ControlLevel, Delivery, Protocol } from "../model/protocol.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { CloudAvailability } from "./cloud/cloud-availability.js";
import { Courier } from "./cloud/courier.js";
import { LateAnswers } from "./cloud/late-answers.js";
import type { CloudTlsMode } from "./cloud/upstream.js";
import type { SessionCloud } from "./cloud/upstreams.js";
import { type CommandPreset, createCommandPolicy } from "./gate/command-policy.js";
import type { Gatekeeper } from "./gate/gatekeeper.js";

/** What a relay may do to traffic. Neutral: `cloud: relay`, `commands: allow` without lists, no control. */
export interface PolicyOptions {
  readonly cloud: "relay" | "local" | "auto";
  readonly commands: {
    readonly preset: CommandPreset;
    readonly block: readonly CommandClass[];
    readonly allow: readonly CommandClass[];
  };
  readonly control: boolean;
  readonly controlExperimental: boolean;
  readonly protectLocal: boolean;
  /** How long the cloud may owe an answer with `auto`. */
  readonly replyTimeoutMs: number;
}

/** What the gates of all sessions of a relay share. */
export interface SessionPolicies {
  readonly cloud: "relay" | "local" | "auto";
  readonly replyTimeoutMs: number;
  readonly availability: CloudAvailability;
  /** Only where the protocol's cloud takes later what it missed, and the relay is `auto`. */
  readonly outbox: Outbox | undefined;
  readonly lateAnswers: LateAnswers | undefined;
  readonly courier: { readonly isEmpty: boolean } | undefined;
  /** Something was kept for the cloud. */
  kept(): void;
  /** Why a command to one of these devices does not pass, in words. */
  blocked(command: CloudCommand, devices: Iterable<DeviceId>): string | undefined;
  sighted(device: DeviceId, gatekeeper: Gatekeeper): void;
}

export interface RelayPoliciesPorts {
  readonly relay: string;
  readonly protocol: Protocol;
  /** Where what was kept is handed in. */
  cloud(): SessionCloud;
  readonly upstreamTls: CloudTlsMode;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outbox: Outbox;
  /** The cloud will not take what was kept for it. */
  refused(item: OutboxItem): void;
  /** True for a setting that was written from here. */
  owns(device: DeviceId, key: string): boolean;
}

/** Less what a protocol cannot do: only where it is not known beforehand which one it is does anything fall away. */
export function policiesFor<O extends PolicyOptions>(options: O, { abilities }: Protocol): O {
  const { cloud, commands, control, controlExperimental, protectLocal } = options;
  return {
    ...options,
    cloud: abilities.localCloud ? cloud : "relay",
    commands: abilities.classedCommands ? commands : { preset: "allow", block: [], allow: [] },
    control: control && abilities.control,
    controlExperimental: controlExperimental && abilities.control,
    protectLocal: protectLocal && abilities.control,
  };
}

export function controlLevel({ control, controlExperimental }: PolicyOptions): ControlLevel {
  if (!control) return "off";
  return controlExperimental ? "experimental" : "on";
}

/** The policies of one relay, in force for all of its gated sessions. */
export class RelayPolicies {
  readonly #options: PolicyOptions;
  readonly #ports: RelayPoliciesPorts;
  readonly #sessions = new Map<DeviceId, Gatekeeper>();
  readonly #courier: Courier | undefined;
  readonly #lateAnswers: LateAnswers | undefined;
  readonly #availability: CloudAvailability;
  #cancelWake: (() => void) | undefined;

  constructor(options: PolicyOptions, ports: RelayPoliciesPorts) {
    const { clock, log, protocol, outbox } = ports;
    const { replyTimeoutMs } = options;
    this.#options = options;
    this.#ports = ports;
    this.#availability = new CloudAvailability(clock, replyTimeoutMs);
    const { delivery } = protocol;
    if (options.cloud !== "auto" || delivery === undefined) return;
    this.#courier = this.#createCourier({ ...protocol, delivery });
    this.#lateAnswers = new LateAnswers({ outbox, delivery, clock, log, waitMs: 2 * replyTimeoutMs });
  }

  /** Undefined where nothing needs a gate. */
  get ofSessions(): SessionPolicies | undefined {
    const { cloud, control, protectLocal, replyTimeoutMs } = this.#options;
    const policy = createCommandPolicy(this.#options.commands);
    if (cloud === "relay" && policy.isNeutral && !control && !protectLocal) return undefined;
    return {
      ...{ cloud, replyTimeoutMs, availability: this.#availability, lateAnswers: this.#lateAnswers },
      courier: this.#courier,
      outbox: this.#courier === undefined ? undefined : this.#ports.outbox,
      kept: () => this.#wakeLater(),
      blocked: (command, devices) => policy.blocked(command) ?? this.#protected(command, devices),
      sighted: (device, gatekeeper) => this.#sessions.set(device, gatekeeper),
    };
  }

  /** What an earlier run kept is delivered. */
  start(): void {
    this.#courier?.wake();
  }

  stop(): void {
    this.#cancelWake?.();
    this.#lateAnswers?.stop();
    this.#courier?.stop();
  }

  /** Undefined: no session of that device is open. */
  write(request: WriteRequest): Promise<WriteResult | undefined> | undefined {
    return this.#options.control ? this.#sessions.get(request.device)?.write(request) : undefined;
  }

  /** The session is over; a newer one of the same device stays. */
  forget(gatekeeper: Gatekeeper): void {
    for (const [device, known] of this.#sessions) if (known === gatekeeper) this.#sessions.delete(device);
  }

  #protected({ keys }: CloudCommand, devices: Iterable<DeviceId>): string | undefined {
    if (!this.#options.protectLocal || keys.length === 0) return undefined;
    for (const device of devices) {
      const key = keys.find((one) => this.#ports.owns(device, one));
      if (key !== undefined) return `protect_local: ${key} was set from here`;
    }
    return undefined;
  }

  /** Not at once: the cloud that has just failed is given time, also to answer late. */
  #wakeLater(): void {
    if (this.#cancelWake !== undefined) return;
    this.#cancelWake = this.#ports.clock.after(this.#availability.firstRetryMs, () => {
      this.#cancelWake = undefined;
      this.#courier?.wake();
    });
  }

  #createCourier(protocol: Protocol & { readonly delivery: Delivery }): Courier {
    const { relay, outbox, upstreamTls, clock, log, refused } = this.#ports;
    return new Courier({
      ...{ relay, protocol, outbox, upstreamTls, clock, log, ...this.#ports.cloud() },
      replyTimeoutMs: this.#options.replyTimeoutMs,
      reached: () => this.#availability.reached(),
      unreachable: () => this.#availability.unreachable(),
      refused,
    });
  }
}
