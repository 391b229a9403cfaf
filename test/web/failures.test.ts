import { describe, expect, it } from "vitest";
import { CloudtapError } from "../../src/runtime/errors.js";
import { renderError } from "../../src/web/failures.js";
import { RequestError } from "../../src/web/request-error.js";

function answerTo(error: unknown): {
  readonly status: number;
  readonly json: unknown;
  readonly faults: readonly unknown[];
} {
  const faults: unknown[] = [];
  const { status, body } = renderError("/api/x", error, (fault) => faults.push(fault));
  return { status, json: JSON.parse(body), faults };
}

describe("what ended a route", () => {
  it("is told with the status of a refusal", () => {
    expect(answerTo(new RequestError("BUSY", "Wait"))).toEqual({
      status: 503,
      json: { error: "BUSY", message: "Wait" },
      faults: [],
    });
  });

  it("is told as a conflict where the world is in the way", () => {
    expect(answerTo(new CloudtapError("CAPTURE_FAILED", "The disk is full"))).toEqual({
      status: 409,
      json: { error: "CAPTURE_FAILED", message: "The disk is full" },
      faults: [],
    });
  });

  it.each([
    [400, "BAD_REQUEST"],
    [413, "TOO_LARGE"],
    [415, "MEDIA_TYPE"],
  ])("is told where fastify refuses with %i", (statusCode, error) => {
    const thrown = Object.assign(new Error("Not so"), { statusCode });
    expect(answerTo(thrown)).toEqual({ status: statusCode, json: { error, message: "Not so" }, faults: [] });
  });

  it.each([new Error("password 1234"), Object.assign(new Error("odd"), { statusCode: 500 }), "text", undefined, null])(
    "is a fault of ours else, and not for others' eyes: %s",
    (thrown) => {
      expect(answerTo(thrown)).toEqual({
        status: 500,
        json: { error: "INTERNAL", message: "Internal fault; the log says more" },
        faults: [thrown],
      });
    },
  );
});
