import type { WriteRequest, WriteResult } from "../../model/command.js";
import type { Conversation, Frame, Injection, InjectionStep } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";

/** What is to be sent next and which token answers it; undefined: the exchange is over. */
export type NextFrame = { readonly frame: Uint8Array; readonly asks: string } | undefined;

/** How long a write waits for a moment when nothing else is open. */
const pendingLimitMs = 30_000;

interface PendingWrite {
  readonly request: WriteRequest;
  readonly deadline: number;
  readonly resolve: (result: WriteResult | undefined) => void;
}

/** What Cloudtap itself wants of the device of one session, one exchange after the other. */
export class Injector {
  readonly #conversation: Conversation;
  readonly #asksItself: boolean;
  #pending: PendingWrite[] = [];
  #open: { readonly injection: Injection; readonly write: PendingWrite | undefined } | undefined;

  /** `asksItself`: also questions that nobody asked for, to know what the cloud does not ask. */
  constructor(conversation: Conversation, asksItself: boolean) {
    this.#conversation = conversation;
    this.#asksItself = asksItself;
  }

  /** There may be something to say, and the device is ready to hear it. */
  get isWaiting(): boolean {
    return (this.#pending.length > 0 || this.#asksItself) && this.#conversation.mayAsk === true;
  }

  /** When `expirePending` is due. */
  get expiresAt(): number {
    return this.#pending[0]?.deadline ?? Number.POSITIVE_INFINITY;
  }

  write(request: WriteRequest, now: EpochMs): Promise<WriteResult | undefined> {
    return new Promise((resolve) => {
      this.#pending.push({ request, deadline: now + pendingLimitMs, resolve });
    });
  }

  expirePending(now: EpochMs): void {
    const [first] = this.#pending;
    if (first === undefined || first.deadline > now) return;
    this.#pending.shift();
    first.resolve({ status: "timeout", error: "the device was busy with other exchanges" });
    this.expirePending(now);
  }

  begin(now: EpochMs): NextFrame {
    if (this.#conversation.mayAsk !== true) return undefined;
    for (let write = this.#pending.shift(); write !== undefined; write = this.#pending.shift()) {
      const injection = this.#conversation.encode?.(write.request, now) ?? "this device cannot be written to";
      if (typeof injection !== "string") return this.#opened(injection, write);
      write.resolve({ status: "rejected", error: injection });
    }
    const question = this.#asksItself ? this.#conversation.wants?.(now) : undefined;
    return question === undefined ? undefined : this.#opened(question, undefined);
  }

  /** `wait`: the answer was not the last one. */
  answered(frame: Frame, now: EpochMs): NextFrame | "wait" {
    const step: InjectionStep = this.#open?.injection.next(frame, now) ?? { type: "wait" };
    if (step.type === "wait") return "wait";
    if (step.type === "send") return step;
    this.#close(step.result);
    return undefined;
  }

  expired(): void {
    this.#close({ status: "timeout", error: "the device did not answer" });
  }

  /** The session is over. What was sent may have been obeyed; what was not can go with the next one. */
  end(): void {
    this.#close({ status: "timeout", error: "the connection ended before the device answered" });
    for (const { resolve } of this.#pending) resolve(undefined);
    this.#pending = [];
  }

  #opened(injection: Injection, write: PendingWrite | undefined): NextFrame {
    this.#open = { injection, write };
    return injection;
  }

  #close(result: WriteResult): void {
    this.#open?.write?.resolve(result);
    this.#open = undefined;
  }
}
