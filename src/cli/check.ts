import { explainConfiguration } from "../config/explain.js";
import { type LoadedConfiguration, loadConfiguration } from "../config/load.js";
import { type Arguments, optionOf } from "./arguments.js";
import type { CommandContext } from "./context.js";

/** `cloudtap check`: what the configuration means. Throws ConfigError with every fault. */
export async function check(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration, file, variables } = await loadSources(given, context);
  const sentences = explainConfiguration(
    configuration,
    await context.protocols(),
    context.environment.SUPERVISOR_TOKEN,
  );
  const origin = file === undefined ? "no file: everything is at its default" : file;
  const replaced = variables.length === 0 ? "" : `, with ${variables.join(", ")} from the environment`;
  context.out.write(`The configuration is valid (${origin}${replaced}).\n\n${sentences.join("\n")}\n`);
  return 0;
}

/** Reads the configuration that the command line and the environment mean. */
export async function loadSources(given: Arguments, context: CommandContext): Promise<LoadedConfiguration> {
  const file = optionOf(given, "config");
  const { environment, optionsFile } = context;
  const sources = { optionsFile, environment, ...(file === undefined ? {} : { file }) };
  return loadConfiguration(sources, await context.protocols());
}
