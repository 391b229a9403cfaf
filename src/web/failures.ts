import { CloudtapError } from "../runtime/errors.js";
import { type Answer, renderFailure, renderRefusal } from "./answer.js";
import { RequestError, type RequestFault, requestFaults } from "./request-error.js";

/** What fastify says with a status of its own, and the fault that we call it. */
const faultsByStatus = new Map<number, RequestFault>([
  [400, "BAD_REQUEST"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [413, "TOO_LARGE"],
  [414, "BAD_REQUEST"],
  [415, "MEDIA_TYPE"],
]);

/**
 * Answers whatever ended a route. What Cloudtap itself did not expect is told to `fault`, and to the caller only that it
 * happened.
 */
export function renderError(path: string, error: unknown, fault: (error: unknown) => void): Answer {
  if (error instanceof RequestError) return renderRefusal(path, error);
  if (error instanceof CloudtapError) return renderFailure(path, 409, error.code, error.message);
  const status = statusOf(error);
  const code = status === undefined ? undefined : faultsByStatus.get(status);
  if (code !== undefined && error instanceof Error) {
    return renderFailure(path, requestFaults[code], code, error.message);
  }
  fault(error);
  return renderRefusal(path, { code: "INTERNAL", message: "Internal fault; the log says more" });
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}
