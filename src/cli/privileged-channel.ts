import type { EventEmitter } from "node:events";
import { Server } from "node:net";
import { CloudtapError } from "../runtime/errors.js";
import { type ChildWord, isParentWord, type ParentWord } from "./privileged-words.js";

/** This process, as far as somebody who started it can talk to it. */
export interface ChannelProcess extends EventEmitter {
  readonly connected?: boolean;
  send?(message: ChildWord, done: (error: Error | null) => void): unknown;
}

/** The child's end of the channel to its privileged parent. */
export class ParentChannel {
  readonly #process: ChannelProcess;
  readonly #listeners = new Set<(word: ParentWord, server: Server | undefined) => void>();
  readonly #endings = new Set<() => void>();
  #open = true;

  private constructor(process: ChannelProcess) {
    this.#process = process;
    process.on("message", this.#hear);
    process.once("disconnect", this.#end);
  }

  /** Undefined where no Cloudtap started this process; one says so within `waitMs`. */
  static async find(process: ChannelProcess, waitMs: number): Promise<ParentChannel | undefined> {
    if (process.connected !== true || process.send === undefined) return undefined;
    const channel = new ParentChannel(process);
    const greeting = channel.next(({ type }) => type === "cloudtap");
    const silence = new Promise<undefined>((resolve) => setTimeout(resolve, waitMs, undefined).unref());
    const answer = await Promise.race([greeting.catch(() => undefined), silence]);
    if (answer !== undefined) return channel;
    channel.#leave();
    return undefined;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Throws where the parent is gone. */
  say(word: ChildWord): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#open || this.#process.send === undefined) return reject(parentGone());
      this.#process.send(word, (error) => (error === null ? resolve() : reject(parentGone(error))));
    });
  }

  /** The next word that fits; rejects where the parent ends before it. */
  next(fits: (word: ParentWord) => boolean): Promise<Heard> {
    return new Promise((resolve, reject) => {
      if (!this.#open) return reject(parentGone());
      const ended = (): void => {
        this.#listeners.delete(heard);
        reject(parentGone());
      };
      const heard = (word: ParentWord, server: Server | undefined): void => {
        if (!fits(word)) return;
        this.#listeners.delete(heard);
        this.#endings.delete(ended);
        resolve({ word, server });
      };
      this.#listeners.add(heard);
      this.#endings.add(ended);
    });
  }

  /** Calls `heard` for every word from now on. */
  each(heard: (word: ParentWord) => void): void {
    this.#listeners.add(heard);
  }

  /** Calls `ended` once the parent is gone. */
  atEnd(ended: () => void): void {
    this.#endings.add(ended);
  }

  readonly #hear = (message: unknown, handle: unknown): void => {
    if (!isParentWord(message)) return;
    const server = handle instanceof Server ? handle : undefined;
    for (const listener of [...this.#listeners]) listener(message, server);
  };

  readonly #end = (): void => {
    this.#open = false;
    for (const ended of [...this.#endings]) ended();
    this.#leave();
  };

  #leave(): void {
    this.#open = false;
    this.#process.off("message", this.#hear);
    this.#process.off("disconnect", this.#end);
    this.#listeners.clear();
    this.#endings.clear();
  }
}

export interface Heard {
  readonly word: ParentWord;
  readonly server: Server | undefined;
}

function parentGone(cause?: Error): CloudtapError {
  return new CloudtapError(
    "INTERCEPT_FAILED",
    "the privileged process of Cloudtap is gone; restart Cloudtap",
    {},
    cause,
  );
}
