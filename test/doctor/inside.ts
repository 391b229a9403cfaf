import type { Host } from "../../src/intercept/host.js";
import { createHostCommands, describeResult } from "../../src/intercept/host-commands.js";
import { memoryHost } from "../intercept/memory-host.js";
import type { Namespace } from "../support/network/namespace.js";

/** A host whose programs run in this machine. */
export function hostInside(machine: Namespace): Host {
  const commands = createHostCommands();
  return {
    ...memoryHost({}),
    commands: {
      run(program, args, input) {
        const [command, words] = machine.inside(program, args);
        return commands.run(command, words, input);
      },
    },
  };
}

/** Runs what must succeed. */
export async function must(host: Host, program: string, ...args: readonly string[]): Promise<void> {
  const result = await host.commands.run(program, args);
  if (result.type !== "done") throw new Error(`${program} ${args.join(" ")}: ${describeResult(result)}`);
}
