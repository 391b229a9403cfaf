import type { InterceptStatus } from "../intercept/interception.js";

/** What the relaying child asks of its privileged parent. */
export type ChildWord =
  | { readonly type: "listen"; readonly id: number; readonly host: string | undefined; readonly port: number }
  /** These relays listen: lead the devices to them. */
  | { readonly type: "intercept"; readonly relays: readonly string[] }
  /** The relays are about to close. */
  | { readonly type: "lift" };

/** What the parent says. With `listening` comes the socket. */
export type ParentWord =
  /** The first word: somebody who only happens to have a channel to this process never says it. */
  | { readonly type: "cloudtap"; readonly interception: InterceptStatus | undefined }
  | { readonly type: "listening"; readonly id: number }
  /** It needs no rights: the child opens it itself. */
  | { readonly type: "yours"; readonly id: number }
  | { readonly type: "refused"; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: "status"; readonly status: InterceptStatus }
  | { readonly type: "intercepting" }
  | { readonly type: "lifted" };

/** The child has fewer rights, so nothing that it says is taken on trust. */
export function readChildWord(message: unknown): ChildWord | undefined {
  if (!isRecord(message)) return undefined;
  const { type, id, host, port, relays } = message;
  if (type === "lift") return { type };
  if (type === "intercept") return isNames(relays) ? { type, relays } : undefined;
  if (type !== "listen" || !isWhole(id) || !isWhole(port)) return undefined;
  if (host !== undefined && typeof host !== "string") return undefined;
  return { type, id, host, port };
}

/** True for what a parent of this program says; another parent's messages are not for us. */
export function isParentWord(message: unknown): message is ParentWord {
  return isRecord(message) && typeof message.type === "string" && Object.hasOwn(words, message.type);
}

/** As many as a configuration may have. */
const relayLimit = 100;

const words: Readonly<Record<ParentWord["type"], true>> = {
  cloudtap: true,
  listening: true,
  yours: true,
  refused: true,
  status: true,
  intercepting: true,
  lifted: true,
};

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= relayLimit && value.every((name) => typeof name === "string");
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
