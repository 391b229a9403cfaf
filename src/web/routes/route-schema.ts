import type { FastifySchema } from "fastify";
import { type RequestFault, requestFaults } from "../request-error.js";
import { errorSchema } from "../schemas/program.js";
import { ref, type Schema, type ViewSchema } from "../schemas/schema.js";
import { writeHeader } from "../write-check.js";

/** What an answer of status 200 holds, by its content type. */
export interface RouteAnswer {
  readonly description: string;
  readonly content: Readonly<Record<string, Schema>>;
}

/** A route as its requests are checked and as docs/openapi.json describes it. */
export interface RouteFacts {
  /** Unique; what generators of clients call it. */
  readonly id: string;
  readonly tag: string;
  /** One line; `description` says more. */
  readonly summary: string;
  readonly description?: string;
  /** All are needed. */
  readonly params?: Readonly<Record<string, Schema>>;
  readonly query?: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  readonly answer: RouteAnswer;
  /** Answers of other statuses. */
  readonly further?: Readonly<Record<number, RouteAnswer>>;
  /** What can go wrong, besides what can always. `CONFLICT`: a CloudtapError. */
  readonly faults?: readonly (RequestFault | "CONFLICT")[];
  readonly isWrite?: boolean;
}

const faultTexts: Readonly<Partial<Record<RequestFault | "CONFLICT", string>>> = {
  BAD_REQUEST: "The request is not of the form that is described here",
  FORBIDDEN: "The header `x-cloudtap: page` is missing, or a page of another origin asks",
  NOT_FOUND: "There is no such thing",
  CONFLICT: "It cannot be done at present; `error` is a code of docs/errors.md",
  TOO_LARGE: "The body is larger than 64 KiB",
  MEDIA_TYPE: "The body is no JSON",
  BUSY: "Too much is asked at once",
};

const writeHeaders = {
  type: "object",
  required: [writeHeader.name],
  properties: {
    [writeHeader.name]: { type: "string", enum: [writeHeader.value], description: "Says that no foreign page asks" },
  },
};

export function describeRoute(facts: RouteFacts): FastifySchema {
  const { id, tag, summary, description, params, query, body, answer, further = {}, isWrite = false } = facts;
  return {
    ...{ operationId: id, tags: [tag], summary },
    ...(description === undefined ? {} : { description }),
    ...(params === undefined ? {} : { params: { type: "object", required: Object.keys(params), properties: params } }),
    ...(query === undefined ? {} : { querystring: { type: "object", properties: query } }),
    ...(body === undefined ? {} : { body }),
    ...(isWrite ? { headers: writeHeaders } : {}),
    response: Object.fromEntries(
      Object.entries({ 200: answer, ...further, ...faultAnswers(facts) }).map(([status, one]) => [
        status,
        content(one),
      ]),
    ),
  };
}

export function jsonAnswer(schema: Schema, description: string): RouteAnswer {
  return { description, content: { "application/json": schema } };
}

export function viewAnswer(view: ViewSchema, description: string): RouteAnswer {
  return jsonAnswer(ref(view), description);
}

export function textAnswer(contentType: string, description: string): RouteAnswer {
  return { description, content: { [contentType]: { type: "string" } } };
}

function faultAnswers({ faults = [], isWrite = false, params, query }: RouteFacts): Record<number, RouteAnswer> {
  const canBeWrong = params !== undefined || query !== undefined;
  const all = [
    ...(canBeWrong ? (["BAD_REQUEST"] as const) : []),
    ...(isWrite ? (["FORBIDDEN"] as const) : []),
    ...faults,
  ];
  return Object.fromEntries(
    all.map((fault) => [
      fault === "CONFLICT" ? 409 : requestFaults[fault],
      viewAnswer(errorSchema, faultTexts[fault] ?? fault),
    ]),
  );
}

function content({ description, content: schemas }: RouteAnswer): Schema {
  return {
    description,
    content: Object.fromEntries(Object.entries(schemas).map(([contentType, schema]) => [contentType, { schema }])),
  };
}
