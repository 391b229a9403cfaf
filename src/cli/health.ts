import type { IncomingMessage } from "node:http";
import { askRunning } from "../admin/client.js";
import { adminSocketPath } from "../admin/socket-path.js";
import type { ListenEndpoint } from "../config/configuration.js";
import { isEveryAddress } from "../config/endpoint.js";
import { findRunningPlaces } from "../config/running-places.js";
import type { JsonObject, JsonValue } from "../model/value.js";
import { CloudtapError } from "../runtime/errors.js";
import { type Arguments, optionOf } from "./arguments.js";
import type { CommandContext } from "./context.js";

/** Of each of the two that are asked; together less than a container's health check should be given. */
const answerLimitMs = 4_000;
const answerLimitBytes = 64 * 1024;

/**
 * `cloudtap health`: whether the running program does its work. Exit code 1 where it does not, or nobody answers. It runs every few
 * seconds on small machines, so it loads little and checks no configuration.
 */
export async function health(given: Arguments, context: CommandContext): Promise<number> {
  const file = optionOf(given, "config");
  const { environment, optionsFile } = context;
  const places = await findRunningPlaces({ optionsFile, environment, ...(file === undefined ? {} : { file }) });
  const told = places.web === undefined ? undefined : await askPage(places.web);
  const reasons = told ?? (await askSocket(places.dataDir));
  context.out.write(reasons.length === 0 ? "ok\n" : `${reasons.join("\n")}\n`);
  return reasons.length === 0 ? 0 : 1;
}

/** What `/health` says; undefined where something else answers there, or nobody: the page may be what is missing. */
async function askPage({ host, port }: ListenEndpoint): Promise<readonly string[] | undefined> {
  if (port === 0) return undefined;
  const { get } = await import("node:http");
  const place = host === undefined || isEveryAddress(host) ? "127.0.0.1" : host;
  const text = await new Promise<string | undefined>((resolve) => {
    const signal = AbortSignal.timeout(answerLimitMs);
    const request = get({ host: place, port, path: "/health", agent: false, signal }, (response) => {
      readText(response).then(resolve, () => resolve(undefined));
    });
    request.once("error", () => resolve(undefined));
  });
  return text === undefined ? undefined : reasonsIn(parse(text));
}

/** Rejects where the answer breaks off or does not end. */
async function readText(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) {
    text += chunk;
    if (text.length > answerLimitBytes) throw new Error("that is no answer about health");
  }
  return text;
}

function reasonsIn(verdict: JsonValue | undefined): readonly string[] | undefined {
  if (!isObject(verdict)) return undefined;
  const { status, reasons } = verdict;
  if (!Array.isArray(reasons) || (status !== "ok" && status !== "failing")) return undefined;
  return status === "ok" ? [] : textsIn(reasons, "it does not say why");
}

/** What the local socket says: a program that answers lives. */
async function askSocket(dataDir: string): Promise<readonly string[]> {
  try {
    const status = await askRunning(adminSocketPath(dataDir), "status", {}, answerLimitMs);
    return isObject(status) && status.failing !== undefined ? textsIn(status.failing) : [];
  } catch (error) {
    if (error instanceof CloudtapError) return [error.message];
    throw error;
  }
}

function textsIn(value: JsonValue | undefined, otherwise?: string): readonly string[] {
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  return texts.length === 0 && otherwise !== undefined ? [otherwise] : texts;
}

function parse(text: string): JsonValue | undefined {
  try {
    const found: JsonValue = JSON.parse(text);
    return found;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
