import type { ChildProcess } from "node:child_process";
import type { Server } from "node:net";
import type { Interception, InterceptStatus } from "../intercept/interception.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import { systemCodeOf } from "../runtime/system-errors.js";
import type { ParentListeners } from "./privileged-listeners.js";
import { type ChildWord, type ParentWord, readChildWord } from "./privileged-words.js";

export interface PrivilegedPorts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Starts the relaying program with fewer rights and a channel to it. */
  readonly start: () => ChildProcess;
  /** Opens what the child may not; undefined: it opens that itself. */
  readonly listeners: ParentListeners;
  /** Undefined where no gateway leads anybody here. */
  readonly interception: Interception | undefined;
}

const endings = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
/** Beyond the five seconds that the child gives itself. */
const patienceMs = 8_000;
const statusEveryMs = 8_000;

/**
 * The small process that keeps the rights which relaying does not need: it opens ports and holds the packet filter. It
 * relays nothing and reads nothing from the network. Resolves to the exit code of the child, which does the rest.
 */
export async function supervise(ports: PrivilegedPorts): Promise<number> {
  const { log, interception } = ports;
  const child = ports.start();
  const parent = new Parent(ports, child);
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      log.fatal({ code: "PRIVILEGE_FAILED", reason: describeError(error) }, "relaying cannot start");
      resolve(1);
    });
    child.once("exit", (code, signal) => {
      if (signal !== null) log.error({ signal }, "relaying was ended");
      resolve(code ?? 1);
    });
  });
  const forward = (): void => parent.end();
  for (const signal of endings) process.on(signal, forward);
  const code = await ended;
  // At once: nobody listens any more where the devices are led.
  await interception?.stop();
  await parent.settled();
  for (const signal of endings) process.off(signal, forward);
  parent.close();
  return code;
}

class Parent {
  readonly #ports: PrivilegedPorts;
  readonly #child: ChildProcess;
  /** One question after the other: a lift must not overtake the start before it. */
  #work: Promise<void> = Promise.resolve();
  #cancelStatus: () => void = () => undefined;
  #cancelPatience: () => void = () => undefined;

  constructor(ports: PrivilegedPorts, child: ChildProcess) {
    this.#ports = ports;
    this.#child = child;
    child.on("message", (message) => this.#hear(message));
    this.#say({ type: "cloudtap", interception: ports.interception?.status() });
  }

  /** Tells the child to end, and ends it where it does not. */
  end(): void {
    this.#child.kill("SIGTERM");
    this.#cancelPatience();
    this.#cancelPatience = this.#ports.clock.after(patienceMs, () => this.#child.kill("SIGKILL"));
  }

  /** What the child asked for is done. */
  settled(): Promise<void> {
    return this.#work;
  }

  close(): void {
    this.#cancelStatus();
    this.#cancelPatience();
    if (this.#child.connected) this.#child.disconnect();
  }

  #hear(message: unknown): void {
    const word = readChildWord(message);
    if (word === undefined) {
      this.#ports.log.warn("a word of the relaying process makes no sense");
      return;
    }
    this.#work = this.#work
      .then(() => this.#answer(word))
      .catch((error: unknown) => {
        this.#ports.log.error({ err: error }, "a word of the relaying process could not be answered");
      });
  }

  async #answer(word: ChildWord): Promise<void> {
    const { interception } = this.#ports;
    if (word.type === "listen") return this.#listen(word);
    if (word.type === "lift") {
      this.#cancelStatus();
      await interception?.stop();
      this.#tellStatus();
      this.#say({ type: "lifted" });
      return;
    }
    interception?.serve(word.relays);
    await interception?.start();
    this.#tellStatus();
    this.#scheduleStatus();
    this.#say({ type: "intercepting" });
  }

  async #listen({ id, host, port }: ChildWord & { readonly type: "listen" }): Promise<void> {
    try {
      const server = await this.#ports.listeners({ host, port });
      if (server === undefined) this.#say({ type: "yours", id });
      else await this.#hand({ type: "listening", id }, server);
    } catch (error) {
      const code = systemCodeOf(error) ?? "";
      this.#say({ type: "refused", id, code, message: describeError(error) });
    }
  }

  /** The child has it then; what stays here would take connections that nobody serves. */
  #hand(word: ParentWord, server: Server): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.send(word, server, (error) => {
        server.close();
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  #say(word: ParentWord): void {
    // A child that is gone shows in its exit.
    if (this.#child.connected) this.#child.send(word, () => undefined);
  }

  #scheduleStatus(): void {
    this.#cancelStatus();
    this.#cancelStatus = this.#ports.clock.after(statusEveryMs, () => {
      this.#tellStatus();
      this.#scheduleStatus();
    });
  }

  #tellStatus(): void {
    const status: InterceptStatus | undefined = this.#ports.interception?.status();
    if (status !== undefined) this.#say({ type: "status", status });
  }
}
