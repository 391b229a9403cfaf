import type { WriteRequest, WriteResult } from "../../model/command.js";
import type { DeviceId } from "../../model/device.js";
import type { Frame, Outline } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import { describeError } from "../../runtime/errors.js";
import { Guard } from "../../runtime/guard.js";
import { CloudConnection } from "../cloud/cloud-connection.js";
import { FrameLane } from "../frame-lane.js";
import { isReset, type Leg, pauses, type Side } from "../leg.js";
import type { Passage } from "../passage.js";
import { Reception } from "../reception.js";
import type { SessionDevices } from "../session-devices.js";
import { waitForStore } from "../store-wait.js";
import { Gate } from "./gate.js";
import type { GateCommand, GateEvent, GateFrame } from "./gate-messages.js";
import { devicesOf, type GatekeeperPorts } from "./gatekeeper-ports.js";
import { Injector, type NextFrame } from "./injector.js";

/** While the cloud is dialled: how much of a device is taken in. */
const heldUpLimit = 64 * 1024;
const directions = { device: "device-to-cloud", cloud: "cloud-to-device" } as const;

/** Carries out what the gate of one session decides: the hands of the gate, so to speak, on both legs. */
export class Gatekeeper implements Passage {
  readonly #ports: GatekeeperPorts;
  readonly #device: Leg;
  readonly #gate: Gate;
  readonly #guard: Guard;
  readonly #lane: FrameLane;
  readonly #reception: Reception;
  readonly #injector: Injector;
  readonly #connection: CloudConnection;
  readonly #devices: SessionDevices;
  readonly #speakers = new WeakMap<GateFrame, DeviceId>();
  readonly #events: GateEvent[] = [];
  #lastByteAt = 0;
  #heldUpBytes = 0;
  #isStepping = false;
  #isOver = false;
  #lostLeg: ReturnType<CloudConnection["release"]>;
  #cancelTimer: () => void = () => undefined;

  constructor(ports: GatekeeperPorts, device: Leg) {
    const { protocol, log, cloud, availability, address, replyTimeoutMs, control, cloudIsFree } = ports;
    this.#ports = ports;
    this.#device = device;
    this.#guard = new Guard(log, "gate");
    this.#lane = new FrameLane(protocol.createSplitter("device-to-cloud"), this.#guard);
    this.#devices = devicesOf(ports);
    this.#reception = new Reception({ ...ports, devices: this.#devices });
    const { conversation } = this.#reception;
    this.#injector = new Injector(conversation, control !== "off");
    const dials = cloud === "relay" || (cloud === "auto" && cloudIsFree && availability.mayTry(address));
    const rejoins = conversation.greeting !== undefined;
    this.#gate = new Gate({ cloud, begins: dials ? "dialling" : "away", replyTimeoutMs, rejoins });
    this.#connection = this.#createConnection();
  }

  /** Dials where the policy wants it. */
  start(): void {
    if (this.#gate.cloud === "dialling") void this.#connection.open();
    else if (this.#ports.cloud === "auto") this.#seekReturn();
  }

  get isBusy(): boolean {
    const waiting = this.#device.waitingBytes + this.#connection.waitingBytes;
    return waiting > 0 || this.#gate.isBusy || this.#lane.hasHalfFrame || this.#connection.hasHalfFrame;
  }

  /** Resolves once; undefined: nothing was sent, so that another session may carry it. */
  write(request: WriteRequest): Promise<WriteResult | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    const result = this.#injector.write(request, this.#ports.clock.now());
    if (this.#injector.isWaiting) this.#step({ type: "injection-wanted" });
    this.#watch();
    return result;
  }

  chunk(_side: Side, chunk: Buffer, now: EpochMs): void {
    this.#touch(now);
    this.#takeDeviceFrames(this.#lane.push(chunk, now), now);
    if (this.#gate.cloud !== "dialling") return;
    this.#heldUpBytes += chunk.length;
    if (this.#heldUpBytes >= heldUpLimit) this.#device.pause(pauses.early);
  }

  ended(_side: Side, now: EpochMs): void {
    this.#takeDeviceFrames(this.#lane.flush(now), now);
    this.#step({ type: "ended", side: "device" });
  }

  drained(_side: Side): void {
    this.#connection.resume(pauses.slowPeer);
  }

  /** The session is over. */
  close(how: "finish" | "reset", now: EpochMs): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    this.#reception.settle(now);
    this.#injector.end();
    this.#connection.close(how);
  }

  #createConnection(): CloudConnection {
    return new CloudConnection(
      { ...this.#ports, guard: this.#guard },
      {
        joined: (answered) => this.#joined(answered),
        bytes: (chunk) => this.#ports.cloudBytes(chunk.length),
        frames: (frames) => this.#takeCloudFrames(frames),
        ended: (rest) => this.#cloudEnded(rest),
        lost: (error) => this.#lost(error),
        drained: () => this.#device.resume(pauses.slowPeer),
        greeting: (now) => this.#guard.run(() => this.#reception.conversation.greeting?.(now)),
        answerOf: (frame) => this.#outline(frame).answers,
      },
    );
  }

  #joined(answered: boolean): void {
    if (answered) this.#answeredByCloud();
    this.#step({ type: "cloud-joined" });
    this.#device.resume(pauses.early);
  }

  /** Half an answer is of no use to a device that can have a whole one. */
  #cloudEnded(rest: readonly Frame[]): void {
    const { cloud, cloudEnded } = this.#ports;
    if (cloud === "relay") cloudEnded();
    this.#takeCloudFrames(cloud === "auto" ? rest.filter(({ whole }) => whole) : rest);
    this.#step({ type: "ended", side: "cloud" });
  }

  #lost(error: Error): void {
    if (this.#isOver) return;
    const { cloud, over } = this.#ports;
    const reason = describeError(error);
    if (cloud === "relay") {
      over({ by: "cloud", how: isReset(error) ? "reset" : "error", detail: reason }, "reset", error);
      return;
    }
    this.#step({ type: "cloud-lost", reason });
    this.#device.resume(pauses.early);
  }

  #takeDeviceFrames(frames: readonly Frame[], now: EpochMs): void {
    for (const frame of frames) {
      if (this.#isOver) return;
      const outline = frame.whole ? this.#outline(frame) : {};
      const gateFrame: GateFrame = { from: "device", bytes: frame.bytes, whole: frame.whole, outline };
      const decoded = frame.whole ? this.#reception.receive(frame, now) : undefined;
      if (!frame.whole) this.#reception.receiveUnframed(frame, now);
      const [speaker] = decoded?.seen ?? [];
      if (speaker !== undefined) this.#speakers.set(gateFrame, speaker);
      const storing = decoded?.storing;
      const wanted = this.#injector.isWaiting;
      this.#step({ type: "frame", frame: gateFrame, storing: storing !== undefined, wanted });
      if (storing !== undefined) this.#awaitStored(gateFrame, storing);
    }
    this.#watch();
  }

  #takeCloudFrames(frames: readonly Frame[]): void {
    this.#touch(this.#ports.clock.now());
    for (const frame of frames) {
      if (this.#isOver) return;
      const outline = frame.whole ? this.#outline(frame) : {};
      const { command } = outline;
      const blocked = command && this.#ports.blocked(command, this.#devices);
      const gateFrame = { from: "cloud" as const, bytes: frame.bytes, whole: frame.whole, outline };
      this.#step({ type: "frame", frame: blocked === undefined ? gateFrame : { ...gateFrame, blocked } });
    }
    this.#watch();
  }

  #outline(frame: Frame): Outline {
    return this.#guard.run(() => this.#reception.conversation.outline?.(frame)) ?? {};
  }

  /** Events that commands bring about wait until all commands before them are carried out. */
  #step(event: GateEvent): void {
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    const { clock } = this.#ports;
    for (let next = this.#events.shift(); next !== undefined && !this.#isOver; next = this.#events.shift()) {
      for (const command of this.#gate.step(next, clock.now())) {
        if (!this.#isOver) this.#guard.run(() => this.#execute(command, clock.now()));
      }
    }
    this.#isStepping = false;
    this.#ports.safekeeping?.takeLeg(this.#lostLeg);
    this.#lostLeg = undefined;
    if (this.#gate.isHolding) this.#connection.pause(pauses.held);
    else this.#connection.resume(pauses.held);
    this.#watch();
  }

  #execute(command: GateCommand, now: EpochMs): void {
    switch (command.type) {
      case "forward":
        if (command.to === "cloud") this.#toCloud(this.#forwarded(command.frame));
        else this.#passOn(command.frame, now);
        return;
      case "answer":
        this.#answer(command.frame, command.stored, now);
        return;
      case "keep":
        this.#keep(command.frame);
        return;
      case "refuse":
        this.#refuse(command.frame, now);
        return;
      case "drop":
        this.#ports.log.debug({ from: command.frame.from, why: command.why }, "frame not passed on");
        return;
      case "inject":
        this.#say(this.#injector.begin(now), false, now);
        return;
      case "injection-answered":
        this.#say(this.#injector.answered(modelFrame(command.frame), now), true, now);
        return;
      case "injection-expired":
        this.#injector.expired();
        return;
      case "away":
        this.#away(command.reason);
        return;
      case "end":
        if (command.side === "device") this.#device.end();
        else this.#connection.end();
        return;
      case "give-up":
        this.#ports.over({ by: "cloudtap", how: "error", detail: command.reason }, "reset");
        return;
      default:
        command satisfies never;
    }
  }

  #passOn(frame: GateFrame, now: EpochMs): void {
    const received = modelFrame(frame);
    if (frame.whole) this.#reception.receive(received, now);
    else this.#reception.receiveUnframed(received, now);
    this.#answeredByCloud();
    if (!this.#toDevice(this.#forwarded(frame))) this.#connection.pause(pauses.slowPeer);
  }

  #answer(frame: GateFrame, stored: boolean, now: EpochMs): void {
    const { conversation } = this.#reception;
    const answer = this.#guard.run(() => conversation.answer?.(modelFrame(frame), now, stored));
    for (const bytes of answer?.frames ?? []) {
      const asks = this.#sayOwn(bytes, now);
      if (asks !== undefined) this.#step({ type: "asked", asks });
    }
    if (answer?.end === true) this.#device.end();
  }

  #keep(frame: GateFrame): void {
    const kept = this.#ports.safekeeping?.keep(modelFrame(frame), this.#speakers.get(frame));
    if (kept === undefined) this.#step({ type: "stored", frame, ok: true });
    else this.#awaitStored(frame, kept);
  }

  #refuse(frame: GateFrame, now: EpochMs): void {
    const { conversation } = this.#reception;
    const { log, deliver, session } = this.#ports;
    const { command } = frame.outline;
    const reason = frame.blocked ?? "";
    const label = `blocked: ${command?.text ?? command?.classes.join(", ")}`;
    log.debug({ label, reason }, "frame from the cloud blocked");
    const told = { role: "command", label, bytes: frame.bytes.length, data: frame.bytes, blocked: reason } as const;
    this.#ports.bus.publish({ type: "frame", session, direction: directions.cloud, ...told });
    if (command !== undefined)
      void deliver(session, { ...nothing, role: "command", label, command, blocked: reason }, now);
    const refusal = this.#guard.run(() => conversation.refuse?.(modelFrame(frame), now));
    for (const bytes of refusal?.toCloud ?? []) this.#toCloud(bytes);
    const inPlace = refusal?.toDevice ?? [];
    for (const bytes of inPlace) this.#sayOwn(bytes, now);
    if (inPlace.length > 0) this.#step({ type: "replaced", frame });
  }

  /** `wasOpen`: an exchange ends here, so that another may want to begin. */
  #say(next: NextFrame | "wait", wasOpen: boolean, now: EpochMs): void {
    if (next === "wait") return;
    if (next === undefined) {
      this.#step({ type: "injection-over", wanted: wasOpen && this.#injector.isWaiting });
      return;
    }
    this.#sayOwn(next.frame, now);
    this.#step({ type: "injected", asks: next.asks });
  }

  /** The token of the answer that the device owes for it. */
  #sayOwn(bytes: Uint8Array, now: EpochMs): string | undefined {
    const frame: Frame = { direction: "cloud-to-device", bytes, whole: true, own: true };
    const { asks } = this.#outline(frame);
    this.#reception.receive(frame, now);
    this.#toDevice(bytes);
    return asks;
  }

  #answeredByCloud(): void {
    const { availability, address, log, cloud } = this.#ports;
    if (availability.answered(address)) log.warn({}, "the cloud answers again");
    if (cloud === "auto") this.#devices.setMode("relay", "the cloud answers again");
  }

  #away(reason: string): void {
    const { log, availability, address, safekeeping } = this.#ports;
    const isNew = this.#connection.isJoined ? availability.failedFor(address) : availability.unreachable();
    if (isNew) log.warn({ reason }, "the cloud does not answer, its devices are answered here");
    else log.debug({ reason }, "answered here");
    this.#lostLeg = this.#connection.release();
    if (safekeeping === undefined) this.#lostLeg?.finish();
    this.#devices.setMode("local", reason);
    this.#seekReturn();
  }

  #seekReturn(): void {
    if (this.#reception.conversation.greeting !== undefined) this.#connection.seekReturn();
  }

  #forwarded(frame: GateFrame): Uint8Array {
    if (!frame.whole) return frame.bytes;
    return this.#guard.run(() => this.#reception.conversation.forward?.(modelFrame(frame))) ?? frame.bytes;
  }

  #toCloud(bytes: Uint8Array): void {
    this.#trace("device-to-cloud", bytes);
    if (!this.#connection.write(bytes)) this.#device.pause(pauses.slowPeer);
  }

  #toDevice(bytes: Uint8Array): boolean {
    this.#trace("cloud-to-device", bytes);
    return this.#device.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  #trace(direction: Direction, bytes: Uint8Array): void {
    const { log } = this.#ports;
    if (!log.isLevelEnabled("trace")) return;
    log.trace({ direction, bytes: bytes.length, hex: Buffer.from(bytes).toString("hex") }, "chunk");
  }

  /** A disk that takes too long does not keep the cloud's answer from the device; one of ours it does. */
  #awaitStored(frame: GateFrame, stored: Promise<boolean>): void {
    waitForStore(this.#ports, directions.device, stored, (ok) => {
      this.#step({ type: "stored", frame, ok: ok ?? this.#gate.cloud !== "away" });
    });
  }

  #touch(now: EpochMs): void {
    this.#lastByteAt = now;
    this.#reception.touch();
  }

  /** One timer for all that waits. */
  #watch(): void {
    if (this.#isOver || this.#isStepping) return;
    this.#cancelTimer();
    const { clock } = this.#ports;
    const { quietMs } = this.#reception;
    const settleAt = quietMs === undefined ? Number.POSITIVE_INFINITY : this.#lastByteAt + quietMs;
    const { staleAt } = this.#lane;
    const dueAt = Math.min(this.#gate.wakeAt, this.#injector.expiresAt, settleAt, staleAt, this.#connection.staleAt);
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = clock.after(Math.max(0, dueAt - clock.now()), () => this.#ring(settleAt));
  }

  #ring(settleAt: number): void {
    const now = this.#ports.clock.now();
    if (this.#lane.staleAt <= now) this.#takeDeviceFrames(this.#lane.flush(now), now);
    this.#connection.flushStale(now);
    this.#injector.expirePending(now);
    if (settleAt <= now) this.#reception.settle(now);
    this.#step({ type: "time" });
  }
}

const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;

function modelFrame({ from, bytes, whole }: GateFrame): Frame {
  return { direction: directions[from], bytes, whole };
}
