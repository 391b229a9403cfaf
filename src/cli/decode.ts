import type { Protocol } from "../model/protocol.js";
import { CloudtapError } from "../runtime/errors.js";
import { type Arguments, numberOf, optionOf, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { type DecodeView, runDecode } from "./decode-run.js";
import { renderJson } from "./decoded-json.js";
import { TableView } from "./decoded-text.js";
import { protocolNamed } from "./simulation.js";
import { createFilter } from "./wanted-sessions.js";

const command = "decode";

/** `cloudtap decode`: files of any kind, as one recording; devices and their books carry over from one to the next. */
export async function decode(given: Arguments, context: CommandContext): Promise<number> {
  const protocols = await context.protocols();
  const name = optionOf(given, "protocol");
  const protocol = name === undefined ? {} : { given: protocolNamed(name, protocols, command) };
  const output = optionOf(given, "anonymize");
  const view = await viewOf(given);
  const device = optionOf(given, "device");
  const isWanted = createFilter({
    ...(given.options.has("session") ? { session: sessionOf(given) } : {}),
    ...(device === undefined ? {} : { device }),
  });
  const follow = given.options.has("follow");
  try {
    if (output !== undefined) {
      const { writeAnonymizedCopy } = await import("./decode-anonymize.js");
      const keepsUnframed = given.options.has("keep-unframed");
      return await writeAnonymizedCopy(
        { files: given.operands, output, protocols, ...protocol, keepsUnframed },
        context,
      );
    }
    return await runDecode({ files: given.operands, view, protocols, ...protocol, follow, isWanted }, context);
  } catch (error) {
    if (error instanceof CloudtapError && error.code === "USAGE") throw usageError(error.message, command);
    throw error;
  }
}

function sessionOf(given: Arguments): number {
  return numberOf(given, "session", { from: 1, to: Number.MAX_SAFE_INTEGER, preset: 1, whole: true });
}

async function viewOf(given: Arguments): Promise<DecodeView> {
  const { options } = given;
  if (options.has("json") && options.has("hex")) throw usageError("expected --json or --hex, found both", command);
  if (options.has("json")) return { item: renderJson, history: (history) => history.toJson() };
  const table = new TableView(options.has("hex") ? await loadDump() : undefined);
  return { item: (item, file) => table.render(item, file), history: (history) => history.toText() };
}

async function loadDump(): Promise<ConstructorParameters<typeof TableView>[0]> {
  const { renderLayout } = await import("./layout-text.js");
  return ({ bytes, direction, whole }, protocol: Protocol) => {
    const spans = whole ? (protocol.layout?.({ bytes, direction, whole }) ?? []) : [];
    return renderLayout(bytes, spans);
  };
}
