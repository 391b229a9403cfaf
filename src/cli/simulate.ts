import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { RemoteEndpoint } from "../config/configuration.js";
import { parseRemote } from "../config/endpoint.js";
import type { Protocol } from "../model/protocol.js";
import { type Arguments, numberOf, optionOf, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { type DialledSocket, PlayerRunner } from "./player-runner.js";
import { findProtocol, keepAwake, timestamped } from "./simulation.js";

const command = "simulate";
const quietMs = 2_000;
const mostDevices = 10_000;

/** `cloudtap simulate`: plays devices until it is interrupted, or one session each with `--once`. */
export async function simulate(given: Arguments, context: CommandContext): Promise<number> {
  const protocol = findProtocol(given, await context.protocols(), command);
  const target = parseTarget(given);
  const once = given.options.has("once");
  const players = createPlayers(protocol, given);
  const interruption = context.interruption();
  const runners = players.map((player, index) => {
    return new PlayerRunner(player, {
      clock: context.clock,
      log: (text) => context.out.write(timestamped(context, `device ${index + 1}: ${text}`)),
      dial: () => dial(target, given.options.has("tls")),
      ...(once ? { onceQuietMs: quietMs } : {}),
    });
  });
  const release = keepAwake();
  interruption.addEventListener("abort", () => {
    for (const runner of runners) runner.stop();
  });
  for (const runner of runners) runner.connect();
  await Promise.all(runners.map((runner) => runner.finished));
  release();
  return once && runners.some((runner) => !runner.hasSent) ? 1 : 0;
}

function parseTarget(given: Arguments): RemoteEndpoint {
  const text = optionOf(given, "target");
  if (text === undefined) throw usageError("expected --target HOST:PORT", command);
  const target = parseRemote(text);
  if (target === undefined) throw usageError(`--target: expected HOST:PORT, found ${text}`, command);
  return target;
}

function createPlayers(protocol: Protocol, given: Arguments) {
  const preset = protocol.defaults.intervalS;
  const count = numberOf(given, "devices", { from: 1, to: mostDevices, preset: 1, whole: true });
  const intervalS = numberOf(given, "interval", { from: 0.1, to: 86_400, preset });
  const extra = parseExtra(given.options.get("option") ?? []);
  return Array.from({ length: count }, (_, index) => {
    const player = protocol.createDeviceSimulator?.({ index, intervalS, extra });
    if (player === undefined) throw usageError(`${protocol.name} has no simulated device`, command);
    return player;
  });
}

function parseExtra(words: readonly string[]): Readonly<Record<string, string>> {
  const pairs = words.map((word): readonly [string, string] => {
    const at = word.indexOf("=");
    if (at < 1) throw usageError(`--option: expected KEY=VALUE, found ${word}`, command);
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function dial(target: RemoteEndpoint, tls: boolean): DialledSocket {
  if (!tls) return { socket: connect({ ...target, noDelay: true }), readyEvent: "connect" };
  const servername = isIP(target.host) === 0 ? { servername: target.host } : {};
  const socket = connectTls({ ...target, ...servername, rejectUnauthorized: false });
  return { socket, readyEvent: "secureConnect" };
}
