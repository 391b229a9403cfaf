import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import type { Configuration } from "../config/configuration.js";
import { suggestion } from "../config/nearest.js";
import type { JsonValue } from "../model/value.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import { loadSources } from "./check.js";
import type { CommandContext } from "./context.js";

const answerLimitMs = 10_000;

/**
 * `cloudtap forget`: has the running program open the TLS of devices again that it passes through unread. Exit code 1
 * where nothing was forgotten. Throws CloudtapError NOT_RUNNING and REQUEST_FAILED.
 */
export async function forget(given: Arguments, context: CommandContext): Promise<number> {
  const { configuration } = await loadSources(given, context);
  const [what = "all"] = given.operands;
  const relay = optionOf(given, "relay");
  if (relay !== undefined) checkRelay(relay, configuration);
  const path = adminSocketPath(configuration.dataDir);
  const forgotten = await askRunning(
    path,
    "forget",
    { what, ...(relay === undefined ? {} : { relay }) },
    answerLimitMs,
  );
  const lines = Array.isArray(forgotten) ? forgotten.map(describeForgotten) : [];
  if (lines.length === 0) {
    const where = relay === undefined ? "" : ` on the relay ${relay}`;
    const whom = what === "all" ? "no device" : `no device ${what}`;
    context.err.write(`cloudtap: ${whom} is remembered${where} to have refused a certificate; nothing was forgotten\n`);
    return 1;
  }
  context.out.write(`${lines.join("\n")}\nWhat they send is read again from their next connections on.\n`);
  return 0;
}

function checkRelay(relay: string, { relays }: Configuration): void {
  const names = relays.map(({ name }) => name);
  if (!names.includes(relay))
    throw usageError(`--relay: there is no relay ${relay}${suggestion(relay, names)}`, "forget");
}

function describeForgotten(record: JsonValue): string {
  const text = (key: string): string => {
    const value = isRecord(record) ? record[key] : undefined;
    return typeof value === "string" ? value : "";
  };
  const target = text("target") === "" ? "" : ` to ${text("target")}`;
  return `${text("address")}${target} (relay ${text("relay")}): passed through unread since ${text("since")}: ${text("reason")}`;
}

function isRecord(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
