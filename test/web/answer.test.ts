import { describe, expect, it } from "vitest";
import { pathOf, renderFailure, renderJson, renderRefusal } from "../../src/web/answer.js";

describe("answers", () => {
  it.each(["/api", "/api/overview", "/health"])("speaks JSON to whoever asks for %s", (path) => {
    expect(renderRefusal(path, { code: "NOT_FOUND", message: "There is nothing here" })).toEqual({
      status: 404,
      contentType: "application/json; charset=utf-8",
      body: '{"error":"NOT_FOUND","message":"There is nothing here"}',
    });
  });

  it.each(["/", "/apis", "/assets/x", "*", ""])("speaks plain text to whoever asks for %j", (path) => {
    expect(renderFailure(path, 409, "STORE_FAILED", "The disk is full")).toEqual({
      status: 409,
      contentType: "text/plain; charset=utf-8",
      body: "The disk is full\n",
    });
  });

  it("leaves out what is absent", () => {
    expect(renderJson(200, { a: 1, b: undefined }).body).toBe('{"a":1}');
  });

  it("tells the path from what is asked", () => {
    expect(["/health?a=1?b", "/health", "?", ""].map(pathOf)).toEqual(["/health", "/health", "", ""]);
  });
});
