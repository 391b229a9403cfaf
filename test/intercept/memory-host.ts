import type { Host } from "../../src/intercept/host.js";
import type { CommandResult } from "../../src/intercept/host-commands.js";

export interface CommandCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
}

export interface MemoryHost extends Host {
  readonly files: Map<string, string>;
  readonly calls: readonly CommandCall[];
}

/** A machine in memory: files by path, and programs that answer what `answer` says; undefined is success without a word. */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  answer: (call: CommandCall) => CommandResult | string | undefined = () => undefined,
): MemoryHost {
  const kept = new Map(Object.entries(files));
  const calls: CommandCall[] = [];
  return {
    files: kept,
    calls,
    commands: {
      async run(program, args, input = "") {
        const call = { program, args, input };
        calls.push(call);
        const said = answer(call);
        return typeof said === "object" ? said : { type: "done", stdout: said ?? "", stderr: "" };
      },
    },
    read: async (path) => kept.get(path),
    list: async (path) => [
      ...new Set(
        [...kept.keys()]
          .filter((key) => key.startsWith(`${path}/`))
          .map((key) => key.slice(path.length + 1).split("/")[0] ?? ""),
      ),
    ],
    write: async (path, text) => void kept.set(path, text.trim()),
    identity: async () => ({ boot: "boot", namespace: "net:[1]" }),
  };
}

export function failed(stderr: string): CommandResult {
  return { type: "failed", exit: "exit code 1", stdout: "", stderr };
}
