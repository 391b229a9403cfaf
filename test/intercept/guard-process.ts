import { startGuard } from "../../src/intercept/guard.js";

/** A program that starts a guard, says its number, and goes on until it is killed. */
const commands: readonly (readonly string[])[] = JSON.parse(process.env.GUARD_COMMANDS ?? "[]");
const guard = startGuard({ commands, patienceS: 600 });
guard.beat();
process.stdin.resume();
process.stdout.write(`${guard.pid}\n`);
