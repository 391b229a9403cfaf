import type { Interception, InterceptStatus } from "../intercept/interception.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import type { ParentChannel } from "./privileged-channel.js";
import type { ChildWord } from "./privileged-words.js";

export interface ParentInterceptionPorts {
  readonly channel: ParentChannel;
  readonly mode: InterceptStatus["mode"];
  /** Names of all relays. */
  readonly relays: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Interception that the privileged parent holds for this process. Without the parent, relaying goes on. */
export function createParentInterception(ports: ParentInterceptionPorts): Interception {
  const { channel, mode, relays, clock, log } = ports;
  let status: InterceptStatus = { mode, state: "lifted", since: clock.now(), findings: [], counters: [] };
  const over = (reason: string): void => {
    status = { ...status, state: "failed", since: clock.now(), reason };
  };
  channel.each((word) => {
    if (word.type === "status") status = word.status;
  });
  channel.atEnd(() => {
    const reason = "the privileged process of Cloudtap is gone; restart Cloudtap";
    over(reason);
    log.error({ code: "INTERCEPT_FAILED", reason }, "interception is over");
  });
  let serving = relays;
  const ask = async (question: ChildWord, answer: "intercepting" | "lifted"): Promise<void> => {
    if (!channel.open) return;
    try {
      const answered = channel.next(({ type }) => type === answer);
      await Promise.all([answered, channel.say(question)]);
    } catch (error) {
      // It ended in between: its rules lapse by themselves.
      over(describeError(error));
    }
  };
  return {
    name: "interception",
    serve(names) {
      serving = names;
    },
    start: () => ask({ type: "intercept", relays: serving }, "intercepting"),
    stop: () => ask({ type: "lift" }, "lifted"),
    status: () => status,
  };
}
