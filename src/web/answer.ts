import type { ServerResponse } from "node:http";
import { type Refusal, requestFaults } from "./request-error.js";

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** JSON for programs, a line of text for people who opened a wrong address. `code`: of a refusal or of a CloudtapError. */
export function renderFailure(path: string, status: number, code: string, message: string): Answer {
  if (isApi(path)) return renderJson(status, { error: code, message });
  return { status, contentType: "text/plain; charset=utf-8", body: `${message}\n` };
}

export function renderRefusal(path: string, { code, message }: Refusal): Answer {
  return renderFailure(path, requestFaults[code], code, message);
}

export function renderJson(status: number, value: unknown): Answer {
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

/** Answers in place of the application. */
export function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** Of a request's target, without what is asked. */
export function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end < 0 ? target : target.slice(0, end);
}

function isApi(path: string): boolean {
  return path === "/api" || path.startsWith("/api/") || path === "/health";
}
