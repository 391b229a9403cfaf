import type { JsonObject, JsonValue } from "../../model/value.js";
import { isObject } from "./event-line.js";
import { type Failure, failed, type Outcome } from "./outcome.js";

interface AnswerRow {
  readonly codes: readonly number[];
  readonly grade: Failure["grade"];
  readonly reason: string;
  readonly hint: string;
}

const enableHint = "enable it in Splunk: Settings, Data inputs, HTTP Event Collector";
const tokenHint = "check splunk.token, or the file that splunk.token_file names";
const waitHint = "none needed if it passes";
const logHint = "look at Splunk's own log if it stays";

/** Codes of the collector's own answers. */
const byCode: readonly AnswerRow[] = [
  { codes: [1], grade: "refused", reason: "the token is disabled", hint: enableHint },
  { codes: [2, 3, 4], grade: "refused", reason: "the token is not known", hint: tokenHint },
  {
    codes: [7],
    grade: "refused",
    reason: "the index is not there, or the token may not write to it",
    hint: "check splunk.index, and the allowed indexes of the token in Splunk",
  },
  { codes: [8], grade: "away", reason: "Splunk has an internal fault", hint: logHint },
  { codes: [9, 18, 19, 20], grade: "away", reason: "Splunk is busy", hint: waitHint },
];

/** Codes that are about the content of events: wrong data, no event, an empty event, wrong indexed fields. */
const contentCodes = [6, 12, 13, 15];

const byStatus: readonly AnswerRow[] = [
  { codes: [401, 403], grade: "refused", reason: "the token is refused", hint: tokenHint },
  {
    codes: [404, 405],
    grade: "refused",
    reason: "there is no collector at this path",
    hint: "check splunk.url; the usual path is /services/collector/event",
  },
  {
    codes: [301, 302, 303, 307, 308],
    grade: "refused",
    reason: "the address leads elsewhere",
    hint: "name the collector itself in splunk.url",
  },
  { codes: [408, 429, 502, 503, 504], grade: "away", reason: "Splunk is busy", hint: waitHint },
];

/** What the collector's answer to a batch means: by its code, and by the HTTP status where it has none. */
export function readAnswer(status: number, body: string): Outcome {
  const answer = parseObject(body);
  const { code } = answer;
  if (status >= 200 && status < 300 && code === 0) return accepted(answer.ackId);
  if (status === 413) return { type: "indigestible", reason: "too large" };
  if (typeof code === "number" && contentCodes.includes(code)) return wrongContent(answer);
  const row = byCode.find(({ codes }) => typeof code === "number" && codes.includes(code)) ?? rowOf(status, code);
  return failed(row.grade, withText(row.reason, status, answer.text), row.hint);
}

/** Whether the collector says that what it answered with this `ackId` is indexed. */
export function readAcknowledgement(body: string, ackId: number): boolean {
  const { acks } = parseObject(body);
  return isObject(acks) && acks[String(ackId)] === true;
}

function accepted(ackId: JsonValue | undefined): Outcome {
  return typeof ackId === "number" ? { type: "accepted", ackId } : { type: "accepted" };
}

function wrongContent(answer: JsonObject): Outcome {
  const reason = typeof answer.text === "string" ? shorten(answer.text) : "its content is wrong";
  const place = answer["invalid-event-number"];
  const isPlace = typeof place === "number" && Number.isInteger(place) && place >= 0;
  return isPlace ? { type: "invalid", place, reason } : { type: "indigestible", reason };
}

function rowOf(status: number, code: JsonValue | undefined): AnswerRow {
  const row = byStatus.find(({ codes }) => codes.includes(status));
  if (row !== undefined) return row;
  if (status >= 500) return { codes: [], grade: "away", reason: "Splunk has an internal fault", hint: logHint };
  if (typeof code === "number")
    return { codes: [], grade: "refused", reason: "Splunk does not take the request", hint: logHint };
  const hint = "check host, port and path of splunk.url, and whether it is http or https";
  return { codes: [], grade: "refused", reason: "what answers there is no collector", hint };
}

function withText(reason: string, status: number, text: JsonValue | undefined): string {
  return `${reason} (${status}${typeof text === "string" ? ` ${shorten(text)}` : ""})`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Empty where it is none. */
function parseObject(text: string): JsonObject {
  try {
    const found: JsonValue = JSON.parse(text);
    return isObject(found) ? found : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
