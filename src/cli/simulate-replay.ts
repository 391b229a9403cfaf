import type { Protocol } from "../model/protocol.js";
import { DeviceLegs } from "../recording/device-legs.js";
import { readRecordings } from "../recording/read-recordings.js";
import { ReplayPlan, type ReplaySession } from "../recording/replay-plan.js";
import { type ReplayPace, ReplayPlayer } from "../recording/replay-player.js";
import { CloudtapError } from "../runtime/errors.js";
import { type Arguments, numberOf, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { dial, parseTarget } from "./dial-target.js";
import { PlayerRunner } from "./player-runner.js";
import { playInOrder } from "./replay-order.js";
import { findProtocol, keepAwake, timestamped } from "./simulation.js";

const command = "simulate";
/** What is replayed is held in memory. */
const planLimitBytes = 256 * 1024 * 1024;
const strayOptions = ["devices", "interval", "option", "once"];

/** `cloudtap simulate --replay`: returns the exit code, 1 where a session could not be played to its end. */
export async function simulateReplay(given: Arguments, context: CommandContext): Promise<number> {
  const [stray] = strayOptions.filter((name) => given.options.has(name));
  if (stray !== undefined) throw usageError(`--${stray} does not go with --replay`, command);
  const target = parseTarget(given, command);
  const pace = paceOf(given);
  const protocols = await context.protocols();
  const named = given.operands.length === 0 ? {} : { given: findProtocol(given, protocols, command) };
  const { sessions, isWhole } = await readPlan(given.options.get("replay") ?? [], { protocols, ...named }, context);
  const interruption = context.interruption();
  const release = keepAwake();
  const played = await playInOrder(sessions, { clock: context.clock, pace, signal: interruption }, (session) => {
    const log = (text: string): unknown => context.out.write(timestamped(context, `${nameOf(session)}: ${text}`));
    const problem = problemOf(session);
    if (problem !== undefined) log(problem);
    if (session.steps.length === 0 || session.verdict.type === "tls") return Promise.resolve(problem === undefined);
    const player = new ReplayPlayer(session, pace);
    const runner = new PlayerRunner(player, {
      ...{ clock: context.clock, log },
      dial: () => dial(target, given.options.has("tls"), true),
    });
    return runToEnd(runner, player, interruption).then((isComplete) => isComplete && problem === undefined);
  });
  release();
  const complete = played.filter((isComplete) => isComplete).length;
  context.err.write(`cloudtap: ${complete} of ${sessions.length} sessions played to their end\n`);
  return isWhole && sessions.length > 0 && complete === sessions.length ? 0 : 1;
}

function paceOf(given: Arguments): ReplayPace {
  const { options } = given;
  if (options.has("fast") && options.has("speed")) throw usageError("expected --speed or --fast, found both", command);
  return {
    speed: options.has("fast") ? undefined : numberOf(given, "speed", { from: 0.01, to: 1_000_000, preset: 1 }),
  };
}

interface PlanOptions {
  readonly protocols: readonly Protocol[];
  readonly given?: Protocol;
}

async function readPlan(files: readonly string[], options: PlanOptions, context: CommandContext) {
  const plan = new ReplayPlan(options);
  const legs = new DeviceLegs();
  let isWhole = true;
  const { protocols } = options;
  try {
    const batches = readRecordings(files, { protocols, now: () => context.clock.now(), input: () => context.input() });
    for await (const { items } of batches) {
      for (const item of items) {
        if (item.type !== "broken" && item.type !== "notice") for (const event of legs.take(item)) plan.take(event);
        else context.err.write(`cloudtap: ${item.message}\n`);
        isWhole &&= item.type !== "broken";
      }
      if (plan.bytes > planLimitBytes) throw usageError(`expected at most ${planLimitBytes} recorded bytes`, command);
    }
  } catch (error) {
    if (error instanceof CloudtapError && error.code === "USAGE") throw usageError(error.message, command);
    throw error;
  }
  for (const event of legs.end()) plan.take(event);
  return { sessions: plan.end(), isWhole };
}

/** Resolves to whether all was played. */
async function runToEnd(runner: PlayerRunner, player: ReplayPlayer, interruption: AbortSignal): Promise<boolean> {
  const stop = (): void => runner.stop();
  interruption.addEventListener("abort", stop);
  runner.connect();
  await runner.finished;
  interruption.removeEventListener("abort", stop);
  return player.isComplete;
}

function problemOf({ verdict, lostBytes }: ReplaySession): string | undefined {
  if (verdict.type === "tls") return "cannot be played: what was recorded is encrypted";
  return lostBytes === 0 ? undefined : `${lostBytes} bytes of the device are not in the recording`;
}

function nameOf({ number, verdict, leg }: ReplaySession): string {
  const protocol = verdict.type === "known" ? verdict.protocol.name : verdict.type;
  return leg.note?.device === undefined ? `session ${number}, ${protocol}` : `session ${number}, ${leg.note.device}`;
}
