import { spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** A process beside this one that lifts interception when this one cannot any more. */
export interface Guard {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** False once it is gone. */
  readonly alive: boolean;
  /** Says that interception is still wanted. */
  beat(): void;
  /** It ends without doing anything. */
  dismiss(): void;
}

export interface GuardOptions {
  /** What lifts interception: each is run, whatever became of the one before. */
  readonly commands: readonly (readonly string[])[];
  /** It acts after so many seconds without a beat. */
  readonly patienceS: number;
}

/**
 * For dash and busybox. Standard input is a pipe from Cloudtap: its end means that Cloudtap is gone. `read` knows no time
 * limit there, so `timeout` lends it one. Signals to a whole group are ignored: they come when Cloudtap is being ended,
 * which is just when the guard is needed.
 */
const script = `trap '' HUP INT TERM QUIT
hear() {
  if command -v timeout >/dev/null; then timeout -s KILL "$1" sh -c 'read -r word && echo "$word"'
  else read -r word && echo "$word"
  fi
}
while word=$(hear "$2"); do
  [ "$word" = end ] && exit 0
done
eval "$1"`;

/** Starts a guard in a session of its own, so that it outlives this process's group and terminal. */
export function startGuard({ commands, patienceS }: GuardOptions): Guard {
  const lines = commands.map((words) => words.map(quote).join(" ")).join("\n");
  const child = spawn("/bin/sh", ["-c", script, "cloudtap-guard", lines, String(patienceS)], {
    ...{ detached: true, cwd: "/", stdio: ["pipe", "ignore", "ignore"] },
    env: { PATH: guardPath },
  });
  let alive = child.pid !== undefined;
  const gone = (): void => {
    alive = false;
  };
  child.once("error", gone);
  child.once("exit", gone);
  child.stdin.on("error", gone);
  child.unref();
  unreference(child.stdin);
  return {
    pid: child.pid,
    get alive() {
      return alive;
    },
    beat: () => void (alive && child.stdin.write("beat\n")),
    dismiss: () => void (alive && child.stdin.end("end\n")),
  };
}

const guardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A pipe of a child keeps the process running, unless it is told not to. */
function unreference(stream: Writable): void {
  if ("unref" in stream && typeof stream.unref === "function") stream.unref();
}
