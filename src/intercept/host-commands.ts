import { type ExecFileException, type ExecFileOptionsWithStringEncoding, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What became of a program that was run. */
export type CommandResult =
  | { readonly type: "done"; readonly stdout: string; readonly stderr: string }
  | { readonly type: "failed"; readonly exit: string; readonly stdout: string; readonly stderr: string }
  | { readonly type: "missing" };

/** Runs the tools of the packet filter and of routing. */
export interface HostCommands {
  /** Never rejects. `input` is its standard input. */
  run(program: string, args: readonly string[], input?: string): Promise<CommandResult>;
}

/** A listing of many rules; a tool that says more is broken. */
const outputLimitBytes = 16 * 1024 * 1024;
const timeLimitMs = 10_000;
/** Where the tools are, also for accounts whose PATH lacks them. */
const systemFolders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

/** Programs of this host, without a shell; each has ten seconds. */
export function createHostCommands(path: string | undefined = process.env.PATH): HostCommands {
  const folders = [...new Set([...(path ?? "").split(":").filter((folder) => folder !== ""), ...systemFolders])];
  return {
    run(program, args, input = "") {
      const file = folders.map((folder) => join(folder, program)).find((candidate) => existsSync(candidate));
      if (file === undefined) return Promise.resolve({ type: "missing" });
      return execute(file, args, { input, path: folders.join(":") });
    },
  };
}

/** What a command that did not succeed said, in one line. */
export function describeResult(result: CommandResult): string {
  if (result.type === "missing") return "the program is not installed";
  if (result.type === "done") return "done";
  const said = result.stderr.trim() === "" ? result.stdout : result.stderr;
  const text = said.trim().replace(/\s*\n\s*/g, "; ");
  return text === "" ? `it ended with ${result.exit}` : `${text} (it ended with ${result.exit})`;
}

function execute(
  file: string,
  args: readonly string[],
  given: { readonly input: string; readonly path: string },
): Promise<CommandResult> {
  // Messages of tools are shown and some are compared: they are wanted in one language.
  const options: ExecFileOptionsWithStringEncoding = {
    timeout: timeLimitMs,
    killSignal: "SIGKILL",
    maxBuffer: outputLimitBytes,
    encoding: "utf8",
    env: { PATH: given.path, LC_ALL: "C" },
  };
  return new Promise((resolve) => {
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ type: "done", stdout, stderr });
      else resolve({ type: "failed", exit: describeExit(error), stdout, stderr });
    });
    // A tool that refuses its arguments reads nothing; its exit code says why.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(given.input);
  });
}

function describeExit(error: ExecFileException): string {
  if (error.killed === true) return `no answer within ${timeLimitMs / 1000} seconds`;
  return typeof error.code === "number" ? `exit code ${error.code}` : String(error.code ?? error.signal);
}
