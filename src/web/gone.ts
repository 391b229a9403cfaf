import type { ServerResponse } from "node:http";

/** Runs `action` once: when the answer is over or its reader has left, at once where that has happened already. */
export function onGone(response: ServerResponse, action: () => void): void {
  if (response.destroyed) action();
  else response.once("close", action);
}
