import { CloudtapError, ConfigError, type ErrorCode } from "../runtime/errors.js";

/** Codes that say: nothing was tried, because what was asked for cannot be used. */
const unusable: readonly ErrorCode[] = ["CONFIG_INVALID", "CONFIG_UNREADABLE", "USAGE"];

/** Exit code and text for standard error of whatever ended a command. */
export function describeFailure(error: unknown): { readonly exitCode: number; readonly text: string } {
  if (error instanceof ConfigError) return { exitCode: 2, text: describeFaults(error) };
  if (error instanceof CloudtapError) {
    return { exitCode: unusable.includes(error.code) ? 2 : 1, text: `cloudtap: ${error.message} [${error.code}]\n` };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, text: `cloudtap: internal fault: ${text}\n` };
}

function describeFaults({ faults, code }: ConfigError): string {
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  const blocks = faults.map(
    ({ path, found, allowed }) => `  ${path}\n    found:   ${found}\n    allowed: ${allowed}\n`,
  );
  return `cloudtap: the configuration has ${count} [${code}]\n\n${blocks.join("\n")}`;
}
