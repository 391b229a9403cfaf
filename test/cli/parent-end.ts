import { EventEmitter } from "node:events";
import type { Server } from "node:net";
import type { ChannelProcess } from "../../src/cli/privileged-channel.js";
import type { ChildWord, ParentWord } from "../../src/cli/privileged-words.js";

/** A child process in memory, seen from its parent. */
export class ParentEnd extends EventEmitter implements ChannelProcess {
  connected = true;
  readonly said: ChildWord[] = [];
  /** What the parent answers at once. */
  answer: (word: ChildWord) => ParentWord | undefined = () => undefined;

  send(word: ChildWord, done: (error: Error | null) => void): void {
    this.said.push(word);
    done(null);
    const answer = this.answer(word);
    if (answer !== undefined) this.tell(answer);
  }

  tell(word: ParentWord, server?: Server): void {
    this.emit("message", word, server);
  }

  /** The parent is killed. */
  die(): void {
    this.connected = false;
    this.emit("disconnect");
  }
}
