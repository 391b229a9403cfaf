import type { JsonObject, JsonValue } from "../model/value.js";

/** What is asked of the running program: one line. */
export interface Request {
  readonly command: string;
  readonly args: JsonObject;
}

/** How it ended: one line. */
export type Reply =
  | { readonly ok: true; readonly result: JsonValue }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** One message as its line. */
export function encodeLine(message: Request | Reply): string {
  return `${JSON.stringify(message)}\n`;
}

/** Undefined where the line is no request. `args` may be left out. */
export function parseRequest(line: string): Request | undefined {
  const found = parseObject(line);
  const { command, args = {} } = found ?? {};
  return typeof command === "string" && isObject(args) ? { command, args } : undefined;
}

/** Undefined where the line is no reply. */
export function parseReply(line: string): Reply | undefined {
  const found = parseObject(line);
  if (found?.ok === true && found.result !== undefined) return { ok: true, result: found.result };
  if (found?.ok !== false || !isObject(found.error)) return undefined;
  const { code, message } = found.error;
  return typeof code === "string" && typeof message === "string" ? { ok: false, error: { code, message } } : undefined;
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const found: JsonValue = JSON.parse(line);
    return isObject(found) ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
