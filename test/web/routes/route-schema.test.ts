import { describe, expect, it } from "vitest";
import { describeRoute, jsonAnswer, textAnswer, viewAnswer } from "../../../src/web/routes/route-schema.js";
import { text, view } from "../../../src/web/schemas/schema.js";

const thing = view<{ readonly name: string }>("Thing", "A thing", { name: text() });
const basics = { id: "thing", tag: "things", summary: "A thing" };

describe("description of a route", () => {
  it("names the schema of its answer", () => {
    expect(describeRoute({ ...basics, answer: viewAnswer(thing, "The thing") })).toEqual({
      operationId: "thing",
      tags: ["things"],
      summary: "A thing",
      response: {
        200: { description: "The thing", content: { "application/json": { schema: { $ref: "Thing#" } } } },
      },
    });
  });

  it("needs every part of the path, and says that they can be wrong", () => {
    const schema = describeRoute({ ...basics, params: { id: text() }, answer: textAnswer("text/plain", "It") });
    expect(schema.params).toEqual({ type: "object", required: ["id"], properties: { id: { type: "string" } } });
    expect(schema.response).toMatchObject({
      200: { content: { "text/plain": { schema: { type: "string" } } } },
      400: { content: { "application/json": { schema: { $ref: "ErrorView#" } } } },
    });
  });

  it("asks a write for the header that no foreign page can send", () => {
    const schema = describeRoute({ ...basics, isWrite: true, answer: jsonAnswer(text(), "It"), faults: ["CONFLICT"] });
    expect(schema.headers).toMatchObject({ required: ["x-cloudtap"] });
    expect(Object.keys(schema.response ?? {})).toEqual(["200", "403", "409"]);
  });
});
