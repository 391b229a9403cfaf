import type { Protocol } from "../model/protocol.js";
import { type Arguments, numberOf, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { dial, parseTarget } from "./dial-target.js";
import { PlayerRunner } from "./player-runner.js";
import { findProtocol, keepAwake, timestamped } from "./simulation.js";

const command = "simulate";
const quietMs = 2_000;
const mostDevices = 10_000;

/** `cloudtap simulate`: plays devices until it is interrupted, or one session each with `--once`. */
export async function simulate(given: Arguments, context: CommandContext): Promise<number> {
  if (given.options.has("replay")) return (await import("./simulate-replay.js")).simulateReplay(given, context);
  const [stray] = ["speed", "fast"].filter((name) => given.options.has(name));
  if (stray !== undefined) throw usageError(`--${stray} goes with --replay only`, command);
  const protocol = findProtocol(given, await context.protocols(), command);
  const target = parseTarget(given, command);
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
