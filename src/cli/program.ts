import { parseInvocation } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { describeFailure } from "./failure.js";
import { holdYoungGeneration } from "./young-generation.js";

/**
 * Runs one command line and returns its exit code: 0 done, 1 failed while running, 2 unusable configuration or
 * arguments. Each command is loaded only when it is asked for.
 */
export async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await execute(argv, context);
  } catch (error) {
    const { exitCode, text } = describeFailure(error);
    context.err.write(text);
    return exitCode;
  }
}

async function execute(argv: readonly string[], context: CommandContext): Promise<number> {
  const invocation = parseInvocation(argv);
  if (invocation.type === "version") {
    context.out.write(`${context.version}\n`);
    return 0;
  }
  if (invocation.type === "help") {
    const { renderCommandHelp, renderHelp } = await import("./help.js");
    const protocols = await context.protocols();
    const { command } = invocation;
    context.out.write(command === undefined ? renderHelp(protocols) : renderCommandHelp(command, protocols));
    return 0;
  }
  const { command, given } = invocation;
  switch (command.name) {
    case "check":
      return (await import("./check.js")).check(given, context);
    case "intercept":
      return (await import("./intercept.js")).intercept(given, context);
    case "forget":
      return (await import("./forget.js")).forget(given, context);
    case "doctor":
      return (await import("./doctor.js")).doctor(given, context);
    case "health":
      return (await import("./health.js")).health(given, context);
    case "capture":
      return (await import("./capture.js")).capture(given, context);
    case "tap":
      return (await import("./tap.js")).tap(given, context);
    case "decode":
      return (await import("./decode.js")).decode(given, context);
    case "import":
      return (await import("./import.js")).importRecorded(given, context);
    case "splunk-test":
      return (await import("./splunk-test.js")).splunkTest(given, context);
    case "simulate":
      return (await import("./simulate.js")).simulate(given, context);
    case "simulate-cloud":
      return (await import("./simulate-cloud.js")).simulateCloud(given, context);
    default: {
      holdYoungGeneration();
      const { loadSources } = await import("./check.js");
      // What only other commands need of the protocols stays on the disk.
      const { liveProtocols } = await import("../protocols/live-registry.js");
      const { configuration, file } = await loadSources(given, { ...context, protocols: async () => liveProtocols });
      return (await import("./run.js")).run(configuration, { ...context, file, argv });
    }
  }
}
