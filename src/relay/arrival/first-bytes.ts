import type { Socket } from "node:net";
import type { Protocol } from "../../model/protocol.js";
import type { Clock } from "../../runtime/clock.js";
import { type ClientHello, parseClientHello } from "../../wire/client-hello.js";

/** What a connection turned out to be. */
export interface Recognition {
  readonly kind: "tls" | "plain";
  /** Of a TLS hello that could be read. */
  readonly hello?: ClientHello;
  /** Of those that were probed for, the one that the bytes belong to. */
  readonly protocol?: Protocol;
}

export interface FirstBytes extends Recognition {
  /** What was read; the caller owns it. Empty when nothing came within the limit. */
  readonly head: Buffer;
  /** The device has finished sending. */
  readonly ended: boolean;
}

/**
 * Tells a TLS hello from anything else, and among the rest which of `candidates` it is; undefined: too few bytes to say.
 * Looks and takes nothing away.
 */
export function recognize(head: Uint8Array, candidates: readonly Protocol[]): Recognition | undefined {
  const parsed = parseClientHello(head);
  switch (parsed.type) {
    case "hello":
      return { kind: "tls", hello: parsed.hello };
    case "malformed":
      return { kind: "tls" };
    case "need-more":
      return undefined;
    case "not-tls":
      return probe(head, candidates);
  }
}

function probe(head: Uint8Array, candidates: readonly Protocol[]): Recognition | undefined {
  if (candidates.length > 0 && head.length === 0) return undefined;
  let undecided = false;
  for (const protocol of candidates) {
    const answer = protocol.probe?.(head) ?? "no-match";
    if (answer === "match") return { kind: "plain", protocol };
    undecided ||= answer === "need-more";
  }
  return undecided ? undefined : { kind: "plain" };
}

export interface FirstBytesOptions {
  /** A device that says nothing recognisable within it is taken for what its bytes so far can be. */
  readonly limitMs: number;
  readonly candidates: readonly Protocol[];
}

/**
 * Reads until the connection is recognised, then leaves the socket paused. A device that says nothing within the limit
 * counts as plain. Undefined: the connection is gone.
 */
export function awaitFirstBytes(
  socket: Socket,
  clock: Clock,
  { limitMs, candidates }: FirstBytesOptions,
): Promise<FirstBytes | undefined> {
  return new Promise((resolve) => {
    let head: Buffer = Buffer.alloc(0);
    const settle = (first: FirstBytes | undefined): void => {
      cancel();
      socket.off("data", onData).off("end", onEnd).off("close", onClose);
      socket.pause();
      resolve(first);
    };
    const onData = (chunk: Buffer): void => {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const recognition = recognize(head, candidates);
      if (recognition !== undefined) settle({ ...recognition, head, ended: false });
    };
    const onEnd = (): void => settle({ kind: "plain", head, ended: true });
    const onClose = (): void => settle(undefined);
    const cancel = clock.after(limitMs, () =>
      settle({ kind: beginsLikeTls(head) ? "tls" : "plain", head, ended: false }),
    );
    socket.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

/** Of a hello that never became whole. */
function beginsLikeTls(head: Uint8Array): boolean {
  return head.length > 1 && parseClientHello(head).type === "need-more";
}
