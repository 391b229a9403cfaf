import type { EpochMs } from "../../model/time.js";
import type { Side } from "../leg.js";
import type { GateCommand, GateEvent, GateFrame } from "./gate-messages.js";
import { OpenExchanges } from "./open-exchanges.js";

export interface GateOptions {
  readonly cloud: "relay" | "local" | "auto";
  /** In force at the beginning: a cloud leg is being opened, or there will be none for now. */
  readonly begins: "dialling" | "away";
  /** How long the cloud may owe an answer, with `auto`. */
  readonly replyTimeoutMs: number;
  /** The session outlives its cloud leg, and may get another one. */
  readonly rejoins: boolean;
}

/** How long a device may owe an answer to Cloudtap itself, step by step. */
export const ownAnswerLimitMs = 5_000;
/** The same, where Cloudtap plays the cloud: longer makes no sense, the device is gone. */
export const localAnswerLimitMs = 10_000;
/** After which an exchange between cloud and device is taken to be over, so that something else may begin. */
const exchangeLimitMs = 10_000;

/** What the device was asked and owes. `late`: an injection that was given up. `gone`: by a cloud that is away now. */
interface DeviceDebt {
  readonly token: string;
  by: "cloud" | "gone" | "local" | "injection" | "late";
  readonly at: EpochMs;
}

/** What the device asked and is owed. */
interface CloudDebt {
  readonly token: string;
  readonly frame: GateFrame;
  deadline: number;
  /** Writes to disk that must end first. */
  storing: number;
  stored: boolean;
  answering: boolean;
}

/** What waits for its turn to go to the device. */
type Waiting =
  | { readonly type: "frame"; readonly frame: GateFrame }
  | { readonly type: "answer"; readonly debt: CloudDebt }
  | { readonly type: "lost"; readonly reason: string }
  | { readonly type: "ended" };

/**
 * Decides what becomes of each frame of one session: a pure state machine, events in, commands out. The device gets one
 * answer to each of its frames, in order; the cloud gets answers only to what it asked.
 */
export class Gate {
  readonly #options: GateOptions;
  #cloud: "dialling" | "up" | "away";
  /** Frames for a cloud leg that is not up yet. */
  #heldUp: GateFrame[] = [];
  #down: Waiting[] = [];
  readonly #deviceDebts = new OpenExchanges<DeviceDebt>();
  readonly #cloudDebts = new OpenExchanges<CloudDebt>();
  #injection: { asks: string | undefined; deadline: number } | undefined;
  #injectionWanted = false;
  /** The device did not answer Cloudtap once: it is not asked again. */
  #muted = false;
  #cloudSpoke = false;
  /** Bytes from the cloud passed that nobody can tell the end of. */
  #torn = false;
  #deviceEnded = false;
  /** Legs that were told to end. */
  readonly #ended = { device: false, cloud: false };
  #commands: GateCommand[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
    this.#cloud = options.begins;
  }

  get cloud(): "dialling" | "up" | "away" {
    return this.#cloud;
  }

  /** Something is owed or held back. */
  get isBusy(): boolean {
    const owed = this.#cloudDebts.some(({ frame }) => frame.outline.yields !== true);
    return owed || this.#down.length + this.#heldUp.length > 0 || this.#injection !== undefined;
  }

  /** Frames are held back, so that their senders need not be read. */
  get isHolding(): boolean {
    return this.#down.length > 0;
  }

  /** When `time` is due. */
  get wakeAt(): number {
    let wakeAt = this.#injection?.deadline ?? Number.POSITIVE_INFINITY;
    if (this.#awaitsCloud()) for (const debt of this.#cloudDebts) wakeAt = Math.min(wakeAt, debt.deadline);
    for (const { by, at } of this.#deviceDebts) if (by === "local") wakeAt = Math.min(wakeAt, at + localAnswerLimitMs);
    return wakeAt;
  }

  step(event: GateEvent, now: EpochMs): readonly GateCommand[] {
    this.#take(event, now);
    // Before an answer of ours would open the next exchange, or once one of the cloud has closed the last.
    this.#tryInjection(now);
    this.#drain(now);
    this.#tryInjection(now);
    this.#endWhenDone();
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }

  #take(event: GateEvent, now: EpochMs): void {
    switch (event.type) {
      case "frame":
        if (event.frame.from === "device") this.#fromDevice(event.frame, event.storing === true, now);
        else this.#fromCloud(event.frame);
        this.#injectionWanted ||= event.wanted === true;
        return;
      case "stored":
        this.#stored(event.frame, event.ok);
        return;
      case "cloud-joined":
        this.#joined();
        return;
      case "cloud-lost":
        this.#down.push({ type: "lost", reason: event.reason });
        return;
      case "ended":
        if (event.side === "device") this.#deviceEnded = true;
        else this.#down.push({ type: "ended" });
        return;
      case "injection-wanted":
        this.#injectionWanted = true;
        return;
      case "injected":
        this.#injection = { asks: event.asks, deadline: now + ownAnswerLimitMs };
        this.#deviceDebts.add({ token: event.asks, by: "injection", at: now });
        return;
      case "asked":
        this.#deviceDebts.add({ token: event.asks, by: "local", at: now });
        return;
      case "injection-over":
        this.#injection = undefined;
        this.#injectionWanted ||= event.wanted === true;
        return;
      case "replaced":
        this.#cloudDebts.settle(event.frame.outline.answers);
        return;
      case "time":
        this.#expire(now);
        return;
      default:
        event satisfies never;
    }
  }

  #fromDevice(frame: GateFrame, storing: boolean, now: EpochMs): void {
    const { outline, whole } = frame;
    const debt = whole ? this.#deviceDebts.settle(outline.answers, outline.interim) : undefined;
    // What was asked on Cloudtap's own account ends with its answer; the cloud still has the next word.
    if (debt?.by === "injection") this.#do({ type: "injection-answered", frame });
    else if (debt?.by === "late") this.#drop(frame, "own");
    else if (whole && outline.answers !== undefined && debt === undefined) this.#drop(frame, "unasked");
    else {
      if (debt?.by === "local" || debt?.by === "gone") this.#drop(frame, "own");
      else this.#toCloud(frame);
      if (whole && outline.asks !== undefined) this.#expectAnswer(frame, outline.asks, storing, now);
    }
  }

  #expectAnswer(frame: GateFrame, token: string, storing: boolean, now: EpochMs): void {
    const debt: CloudDebt = {
      ...{ token, frame, storing: storing ? 1 : 0, stored: true, answering: false },
      deadline: now + this.#options.replyTimeoutMs,
    };
    this.#cloudDebts.add(debt);
    if (this.#cloud === "away") this.#answerLocally(debt);
  }

  #answerLocally(debt: CloudDebt): void {
    if (debt.answering) return;
    debt.answering = true;
    this.#down.push({ type: "answer", debt });
    if (this.#options.cloud === "local") return;
    debt.storing += 1;
    this.#do({ type: "keep", frame: debt.frame });
  }

  #toCloud(frame: GateFrame): void {
    if (this.#cloud === "up") this.#do({ type: "forward", to: "cloud", frame });
    else if (this.#cloud === "dialling") this.#heldUp.push(frame);
    else this.#drop(frame, "away");
  }

  #fromCloud(frame: GateFrame): void {
    if (this.#cloud === "up") this.#down.push({ type: "frame", frame });
    else this.#drop(frame, "late");
  }

  #joined(): void {
    this.#cloud = "up";
    this.#torn = false;
    const held = this.#heldUp;
    this.#heldUp = [];
    for (const frame of held) this.#do({ type: "forward", to: "cloud", frame });
  }

  #stored(frame: GateFrame, ok: boolean): void {
    const debt = this.#cloudDebts.find((other) => other.frame === frame);
    if (debt === undefined) return;
    debt.storing -= 1;
    debt.stored &&= ok;
  }

  /** Nothing may be open but what waits for the next word of the cloud. */
  #tryInjection(now: EpochMs): void {
    const over = this.#deviceEnded || this.#ended.device || this.#muted;
    if (!this.#injectionWanted || over || this.#injection !== undefined) return;
    const asked = this.#deviceDebts.some(({ by, at }) => by !== "late" && now - at < exchangeLimitMs);
    const owed = this.#cloudDebts.some(({ frame }) => frame.outline.yields !== true);
    const queued = this.#down.some((item) => item.type !== "answer");
    if (asked || owed || queued || this.#cloud === "dialling") return;
    this.#injectionWanted = false;
    this.#injection = { asks: undefined, deadline: now + ownAnswerLimitMs };
    this.#do({ type: "inject" });
  }

  /** What waits goes to the device in order, up to the first that must not go yet. */
  #drain(now: EpochMs): void {
    for (let item = this.#down[0]; item !== undefined && this.#mayPass(item); item = this.#down[0]) {
      this.#down.shift();
      if (item.type === "frame") this.#pass(item.frame, now);
      else if (item.type === "answer") this.#answer(item.debt);
      else if (item.type === "lost") this.#lost(item.reason);
      else this.#cloudEnded();
    }
  }

  /** While the device owes Cloudtap an answer it is told nothing that asks for another one. */
  #mayPass(item: Waiting): boolean {
    if (item.type === "frame") {
      const { whole, outline } = item.frame;
      const debt = this.#cloudDebts.oldest(outline.answers);
      if (debt !== undefined && debt.storing > 0) return false;
      return this.#injection === undefined || (whole && outline.asks === undefined);
    }
    if (item.type === "answer") {
      const { debt } = item;
      return debt.storing === 0 && (this.#injection === undefined || debt.frame.outline.yields !== true);
    }
    return item.type === "lost" || this.#injection === undefined;
  }

  #pass(frame: GateFrame, now: EpochMs): void {
    const { whole, outline, blocked } = frame;
    this.#torn = !whole;
    const debt = whole ? this.#cloudDebts.oldest(outline.answers) : undefined;
    const isAnswer = outline.answers !== undefined && outline.asks === undefined;
    if (whole && isAnswer && debt === undefined) this.#drop(frame, "late");
    else if (debt !== undefined && outline.failure !== undefined && this.#options.cloud === "auto") {
      this.#lost(outline.failure);
    } else {
      this.#cloudSpoke = true;
      if (blocked !== undefined) this.#refuse(frame, debt, now);
      else this.#tell(frame, now);
    }
  }

  /** What it would have answered is still owed. */
  #refuse(frame: GateFrame, debt: CloudDebt | undefined, now: EpochMs): void {
    if (debt !== undefined) debt.deadline = now + this.#options.replyTimeoutMs;
    this.#do({ type: "refuse", frame });
  }

  #tell(frame: GateFrame, now: EpochMs): void {
    const { asks, answers, interim } = frame.outline;
    this.#cloudDebts.settle(answers, interim);
    if (asks !== undefined) this.#deviceDebts.add({ token: asks, by: "cloud", at: now });
    this.#do({ type: "forward", to: "device", frame });
  }

  #answer(debt: CloudDebt): void {
    if (this.#cloudDebts.remove(debt)) this.#do({ type: "answer", frame: debt.frame, stored: debt.stored });
  }

  #lost(reason: string): void {
    if (this.#cloud === "away") return;
    this.#cloud = "away";
    this.#heldUp = [];
    this.#do({ type: "away", reason });
    if (this.#torn) this.#giveUp(reason);
    for (const debt of this.#deviceDebts) if (debt.by === "cloud") debt.by = "gone";
    for (const debt of this.#cloudDebts) this.#answerLocally(debt);
  }

  /** A cloud that ends without a word, or owes one, is as good as gone; else it ends the session as it may. */
  #cloudEnded(): void {
    if (this.#cloud === "away") return;
    const owes = this.#cloudDebts.some(({ frame }) => frame.outline.yields !== true);
    const stays = this.#options.cloud === "auto" && (owes || !this.#cloudSpoke || this.#options.rejoins);
    if (stays) this.#lost("the cloud closed the connection");
    else this.#end("device");
  }

  #expire(now: EpochMs): void {
    if (this.#injection !== undefined && this.#injection.deadline <= now) this.#expireInjection();
    const mute = this.#deviceDebts.some(({ by, at }) => by === "local" && at + localAnswerLimitMs <= now);
    if (mute) this.#giveUp("the device does not answer");
    const overdue = this.#awaitsCloud() && this.#cloudDebts.some(({ deadline }) => deadline <= now);
    if (overdue) this.#lost(`the cloud did not answer within ${this.#options.replyTimeoutMs / 1000} s`);
  }

  #expireInjection(): void {
    this.#injection = undefined;
    this.#muted = true;
    for (const debt of this.#deviceDebts) if (debt.by === "injection") debt.by = "late";
    this.#do({ type: "injection-expired" });
  }

  /** The device's FIN goes on to the cloud; without one it is answered once everything is said. */
  #endWhenDone(): void {
    if (!this.#deviceEnded || this.#cloud === "dialling") return;
    if (this.#cloud === "up") this.#end("cloud");
    else if (this.#down.length === 0) this.#end("device");
  }

  #end(side: Side): void {
    if (this.#ended[side]) return;
    this.#ended[side] = true;
    this.#do({ type: "end", side });
  }

  #giveUp(reason: string): void {
    this.#deviceDebts.clear();
    this.#cloudDebts.clear();
    this.#down = [];
    this.#do({ type: "give-up", reason });
  }

  #awaitsCloud(): boolean {
    // What has come from the cloud already is judged before its silence is.
    return this.#options.cloud === "auto" && this.#cloud !== "away" && this.#down.length === 0;
  }

  #drop(frame: GateFrame, why: "unasked" | "late" | "own" | "away"): void {
    this.#do({ type: "drop", frame, why });
  }

  #do(command: GateCommand): void {
    this.#commands.push(command);
  }
}
