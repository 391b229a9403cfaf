import type { Finding } from "../model/finding.js";
import type { EpochMs } from "../model/time.js";
import type { Caller } from "./callers.js";
import { callersOf, type Facts } from "./facts.js";
import { describeAge, describeSpan } from "./time-words.js";
import { ok, problem, unknown } from "./verdict.js";

/** Did TLS with the device fail, or does it pass through unread? */
export function findTls(facts: Facts): readonly Finding[] {
  const check = "tls";
  const { program, relay } = facts;
  if (program.type !== "running") return [];
  const callers = callersOf(facts);
  const unread = unreadOf(facts);
  if (unread.length > 0) return unread.map((one) => judgeUnread(one, facts));
  const failing = callers.filter(({ tlsRefusals }) => tlsRefusals > 0);
  if (failing.length > 0) return failing.map((caller) => judgeRefusals(caller, relay.name));
  if (callers.every(({ sessions }) => sessions === 0)) return [];
  return [ok(check, "Nothing passes through unread.")];
}

/** Was something decoded, and when last? */
export function findDecoded(facts: Facts): readonly Finding[] {
  const check = "decoded";
  const { program, relay, now } = facts;
  if (program.type !== "running") return [unknown(check, "What was decoded only the running program can tell.")];
  const callers = callersOf(facts).filter(({ sessions }) => sessions > 0);
  const [latest] = callers
    .filter(({ decodedAt }) => decodedAt !== undefined)
    .toSorted((a, b) => (b.decodedAt ?? 0) - (a.decodedAt ?? 0));
  if (latest?.decodedAt !== undefined) return [judgeLatest(latest, latest.decodedAt, facts)];
  if (callers.length === 0) return [unknown(check, "Nothing has come yet that could be decoded.")];
  if (unreadOf(facts).length > 0 || callers.some(({ tlsRefusals }) => tlsRefusals > 0))
    return [unknown(check, "What is encrypted cannot be decoded.")];
  const bytes = callers.reduce((sum, { bytesFromDevice }) => sum + bytesFromDevice, 0);
  if (bytes === 0 && callers.some(({ open }) => open > 0)) {
    return [unknown(check, "A device is connected, and nothing was decoded yet.", "Ask again in a few minutes.")];
  }
  const last = callers.at(-1)?.lastAt ?? now;
  const found =
    bytes === 0
      ? `Devices connect, last ${describeAge(last, now)}, but say nothing.`
      : `Devices sent ${bytes} bytes, last ${describeAge(last, now)}, but none of it is what a ${relay.protocol} device says.`;
  const remedy =
    relay.protocol === "raw"
      ? `The relay ${relay.name} only passes bytes on. Set protocol to that of the device, or to auto.`
      : `Is protocol of the relay ${relay.name} the right one for what calls it? With log.level: debug the log names each frame and why it was not understood.`;
  return [problem(check, found, remedy)];
}

interface Unread {
  readonly address: string;
  readonly target: string;
  readonly since: EpochMs;
  readonly reason: string;
}

/** From callers of this run, and from what earlier ones learnt. */
function unreadOf(facts: Facts): readonly Unread[] {
  const { program, relay } = facts;
  if (program.type !== "running") return [];
  const called = callersOf(facts).flatMap(({ address, encrypted }) =>
    encrypted === undefined ? [] : [{ address, ...encrypted }],
  );
  const known = new Set(called.map(({ address }) => address));
  const learnt = program.status.splices.filter((splice) => splice.relay === relay.name && !known.has(splice.address));
  return [...called, ...learnt];
}

function judgeUnread({ address, target, since, reason }: Unread, { relay, now }: Facts): Finding {
  const where = target === "" ? "" : ` to ${target}`;
  const found = `TLS of ${address}${where} passes through unread, for ${describeSpan(now - since)}: ${reason}.`;
  const kept = "The device keeps its cloud; Home Assistant gets no values of it.";
  const remedy =
    relay.tls === "splice"
      ? `${kept} The relay ${relay.name} has tls: splice; set tls: auto to have it opened.`
      : `${kept} To try again, for example after a new firmware: cloudtap forget ${address}. If it refuses again, it checks its cloud's certificate and cannot be read here.`;
  return problem("tls", found, remedy);
}

function judgeRefusals({ address, tlsRefusals, lastClose }: Caller, relay: string): Finding {
  const times = tlsRefusals === 1 ? "once" : `${tlsRefusals} times`;
  const why = lastClose === undefined ? "" : `: ${lastClose.detail}`;
  return problem(
    "tls",
    `TLS with ${address} failed ${times}${why}.`,
    `Wait for its next attempts: from the third on it is passed through unread, so that it keeps its cloud. If it only speaks an old TLS, set tls_min of the relay ${relay} lower.`,
  );
}

function judgeLatest({ address, devices }: Caller, at: EpochMs, { program, relay, now }: Facts): Finding {
  const check = "decoded";
  const what = `${devices.slice(0, 4).join(", ")}${devices.length > 4 ? ` and ${devices.length - 4} more` : ""}`;
  const found = `Last decoded: ${what} from ${address}, ${describeAge(at, now)}.`;
  const status = program.type === "running" ? program.status.relays.find(({ name }) => name === relay.name) : undefined;
  if (status?.status !== "silent") return ok(check, found);
  return problem(
    check,
    `${found} That is longer than three of its usual intervals.`,
    "An inverter without a battery sleeps at night: ask again by day. Otherwise check that the device has power and its network, and restart it.",
  );
}
