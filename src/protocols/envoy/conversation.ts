import type { Anomaly } from "../../model/anomaly.js";
import type { CloudCommand } from "../../model/command.js";
import type { DeviceId } from "../../model/device.js";
import type {
  Conversation,
  ConversationOptions,
  Decoded,
  Frame,
  LocalAnswer,
  Outline,
  Refusal,
} from "../../model/protocol.js";
import type { Reading } from "../../model/reading.js";
import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import { findHttpMessage, type HttpMessage, parseHttpMessage } from "../../wire/http1-body.js";
import { type HttpRequestLine, headerValue } from "../../wire/http1-head.js";
import { WireError } from "../../wire/wire-error.js";
import { type Finding, readReportBody } from "./body.js";
import {
  answerMessage,
  encodeBadGateway,
  encodeNotStored,
  encodeReportResponse,
  encodeStatus,
  encodeTaskResponse,
  type Purpose,
  purposeOf,
  senderOf,
} from "./cloud.js";
import { envoyId } from "./description.js";
import { recordedPosting, reportPosting } from "./posting.js";
import { isFailure, isInterim, isSuccess, readReply } from "./reply.js";
import { readReport } from "./report-reader.js";
import { classesOfTask } from "./task-classes.js";

/** Requests of one connection that may wait for their answers; an Envoy sends one. */
const openLimit = 64;

interface OpenRequest {
  /** `POST /emu_reports/performance_report`; without the query, which may hold secrets. */
  readonly line: string;
  readonly method: string;
  readonly purpose: Purpose;
  /** Whose report it is. */
  readonly device?: DeviceId;
  /** Of a report: its events, which its answer acknowledges. */
  readonly events: readonly number[];
  /** By the cloud, though its answer did not reach the Envoy. */
  wasAnswered: boolean;
}

interface ReportRequest {
  readonly decoded: Decoded | undefined;
  readonly events: readonly number[];
}

interface Answer {
  readonly message: HttpMessage;
  readonly status: number;
  /** Cloudtap's own. */
  readonly own: boolean;
}

/** Follows one connection: reports go into the books, and each answer is put to its request. */
export function createEnvoyConversation(options: ConversationOptions): Conversation {
  return new EnvoyConversation(options);
}

class EnvoyConversation implements Conversation {
  readonly #client: string;
  readonly #cloud: ConversationOptions["cloud"];
  readonly #postingOf: typeof reportPosting;
  readonly #open: OpenRequest[] = [];
  /** Answers that came before their request was complete. */
  readonly #early: Answer[] = [];
  /** Some request could not be framed: its answer belongs to nothing that is known. */
  #doubtful = false;

  constructor({ session, cloud, isReplayed }: ConversationOptions) {
    this.#client = session.device.remoteAddress;
    this.#cloud = cloud;
    this.#postingOf = isReplayed === true ? recordedPosting : reportPosting;
  }

  outline({ bytes, direction, own }: Frame): Outline {
    const message = findHttpMessage(bytes);
    if (direction === "device-to-cloud") return message?.start.type === "request" ? { asks: exchange } : {};
    if (message?.start.type !== "response") return own === true ? {} : { command: unknownCommand };
    const { status } = message.start;
    const [oldest] = this.#open;
    const command = own === true ? {} : { command: commandOf(message, oldest?.purpose) };
    if (isInterim(status)) return { answers: exchange, interim: true, ...command };
    if (!isComplete(message, oldest)) return { answers: exchange, failure: "broke its answer off", ...command };
    return { answers: exchange, ...(isFailure(status) ? { failure: `answered ${status}` } : {}), ...command };
  }

  /** The vendor closes after its answer. What only it can answer, or cannot be kept for it, is no success while it is away. */
  answer({ bytes }: Frame, _now: EpochMs, stored: boolean): LocalAnswer {
    const message = findHttpMessage(bytes);
    if (message === undefined) return { frames: [], end: true };
    if (!stored) return { frames: [encodeNotStored()], end: true };
    const needsCloud = purposeOf(message) !== "report" && senderOf(message) === undefined;
    const isAway = this.#cloud === "auto" && needsCloud;
    return { frames: [isAway ? encodeBadGateway() : answerMessage(message)], end: true };
  }

  /** The Envoy gets its acknowledgement without the task, and no success where the vendor's answer was none. */
  refuse({ bytes }: Frame): Refusal {
    const start = findHttpMessage(bytes)?.start;
    const [oldest] = this.#open;
    if (start?.type !== "response" || start.status < 200 || oldest === undefined) return { toCloud: [], toDevice: [] };
    const { status } = start;
    oldest.wasAnswered = isSuccess(status);
    return { toCloud: [], toDevice: [isSuccess(status) ? acknowledge(oldest) : encodeStatus(status)] };
  }

  receive(frame: Frame, now: EpochMs): Decoded {
    const { direction } = frame;
    try {
      const message = parseHttpMessage(frame.bytes);
      const { start } = message;
      if (start.type === "request" && direction === "device-to-cloud") return this.#request(message, start, now);
      if (start.type === "response" && direction === "cloud-to-device")
        return this.#response({ message, status: start.status, own: frame.own === true }, now);
      return undecoded(direction, "expected requests from the device and responses from the cloud");
    } catch (error) {
      if (error instanceof WireError) return undecoded(direction, error.message);
      throw error;
    }
  }

  receiveUnframed(frame: Frame): void {
    if (frame.fault !== undefined) this.#doubtful = true;
  }

  /** The connection is over. A report that has no answer yet did not reach the cloud. */
  settle(now: EpochMs): Decoded | undefined {
    const open = this.#open.splice(0);
    const early = this.#early.splice(0);
    if (open.length + early.length === 0) return undefined;
    const readings = open.flatMap((request) => this.#reachability(request, request.wasAnswered, now));
    const stray = early.length > 0 && !this.#doubtful ? [unexpectedResponse] : [];
    const words = [...open.map(({ line }) => `${line} without an answer`), ...early.map(() => "an answer to nothing")];
    return {
      ...nothing,
      role: "other",
      label: `${this.#client} ${words.join(", ")}`,
      readings,
      anomalies: anomaliesOf(stray, "cloud-to-device"),
    };
  }

  #request(message: HttpMessage, start: HttpRequestLine, now: EpochMs): Decoded {
    const { path, query } = splitTarget(start.target);
    const line = `${start.method} ${shown(path)}`;
    const purpose = purposeOf(message);
    const { decoded, events } = purpose === "report" ? this.#report(message, webcommVersion(query)) : notDecoded;
    const device = decoded?.seen[0];
    const request: OpenRequest = {
      ...{ line, method: start.method, purpose, events, wasAnswered: false },
      ...(device === undefined ? {} : { device }),
    };
    const early = this.#early.shift();
    if (early === undefined) {
      this.#open.push(request);
      if (this.#open.length > openLimit) this.#open.shift();
    }
    const answered = early === undefined ? undefined : this.#answer(request, early, now);
    const sender = purpose === "task" ? senderOf(message) : undefined;
    const label = `${line}${decoded === undefined ? `, ${message.body.length} bytes` : decoded.label}`;
    return {
      ...(decoded ?? { ...nothing, role: "other", seen: sender === undefined ? [] : [sender] }),
      label: answered === undefined ? label : `${label}, answered early: ${answered.label}`,
      readings: answered?.readings ?? [],
      anomalies: [...(decoded?.anomalies ?? []), ...(answered?.anomalies ?? [])],
    };
  }

  #report(message: HttpMessage, version: string | undefined): ReportRequest {
    const body = readReportBody(headerValue(message, "content-type"), message.body);
    const read = body.xml === undefined ? { findings: [] } : readReport(body.xml, version);
    const { report } = read;
    const findings = [...body.findings, ...read.findings];
    const device = report === undefined ? undefined : envoyId(report.envoy.serialNum);
    const decoded: Decoded = {
      ...nothing,
      role: "report",
      label:
        report === undefined
          ? ", report not decoded"
          : `, report of ${device}: ${report.intervals.length} intervals, ${report.readings.length} readings, ` +
            `${report.events.length} events, ${report.devices.length} devices`,
      seen: device === undefined ? [] : [device],
      anomalies: anomaliesOf(findings, "device-to-cloud", device),
      postings: report === undefined ? [] : [this.#postingOf(report)],
    };
    return { decoded, events: report?.events.map(({ id }) => id) ?? [] };
  }

  #response(answer: Answer, now: EpochMs): Decoded {
    const { message, status, own } = answer;
    const command = own ? {} : { command: commandOf(message, this.#open[0]?.purpose) };
    if (isInterim(status)) return { ...nothing, role: "other", label: `answer ${status}`, ...command };
    const request = this.#open.shift();
    if (request !== undefined) return { ...this.#answer(request, answer, now), ...command };
    if (this.#early.length < openLimit)
      this.#early.push({ ...answer, message: { ...message, body: message.body.slice() } });
    return { ...nothing, role: "other", label: `answer ${status} before its request was complete`, ...command };
  }

  #answer(request: OpenRequest, { message, status, own }: Answer, now: EpochMs): Decoded {
    const complete = isComplete(message, request);
    const { excerpt } = readReply(message);
    const reachable = own ? request.wasAnswered : complete && isSuccess(status);
    const isReport = request.device !== undefined;
    const accessLine = `${this.#client} ${request.line} ${status} ${message.body.length}`;
    return {
      ...nothing,
      role: isReport ? "acknowledgement" : "other",
      label: excerpt === "" ? accessLine : `${accessLine} ${excerpt}`,
      readings: this.#reachability(request, reachable, now),
      anomalies: anomaliesOf(complete ? [] : [incompleteResponse], "cloud-to-device", request.device),
    };
  }

  /** Where no cloud is asked, nothing is known of it. */
  #reachability({ device }: OpenRequest, reachable: boolean, now: EpochMs): readonly Reading[] {
    if (device === undefined || this.#cloud === "local") return [];
    return [{ device, measuredAt: now, receivedAt: now, live: true, values: { cloud_reachable: reachable } }];
  }
}

const notDecoded: ReportRequest = { decoded: undefined, events: [] };
const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;
/** One request at a time is usual; more are answered in order. */
const exchange = "r";
const shownTasks = 8;
const unreadText = "cloud sent an answer that cannot be read";
const unknownCommand: CloudCommand = { classes: ["unknown"], text: unreadText, keys: [] };
const unreadCommand: CloudCommand = { classes: ["ack", "unknown"], text: unreadText, keys: [] };
const unexpectedResponse: Finding = { kind: "unexpected_response", detail: "no request waited for the answer" };
const incompleteResponse: Finding = {
  kind: "incomplete_message",
  detail: "the answer has no body though it announces one",
};

function isComplete({ complete }: HttpMessage, request: OpenRequest | undefined): boolean {
  return complete || request?.method === "HEAD";
}

/** What a success of the vendor's says without what else it held. */
function acknowledge({ purpose, events }: OpenRequest): Uint8Array {
  switch (purpose) {
    case "report":
      return encodeReportResponse(events);
    case "task":
      return encodeTaskResponse();
    case "other":
      return encodeStatus(502);
  }
}

/** Every answer acknowledges; what it holds besides is a task, and what a report's cannot be read for may be one. */
function commandOf(message: HttpMessage, purpose: Purpose | undefined): CloudCommand {
  const { start } = message;
  const { tasks, isUnderstood } = readReply(message);
  const isSuccessful = start.type === "response" && isSuccess(start.status);
  if (purpose === "report" && isSuccessful && !isUnderstood) return unreadCommand;
  if (tasks.length === 0) return { classes: ["ack"], keys: [] };
  const classes = [...new Set(["ack" as const, ...tasks.flatMap(({ words }) => classesOfTask(words))])];
  const names = [...new Set(tasks.map(({ name }) => name))];
  const text = `cloud sent the ${names.length === 1 ? "task" : "tasks"} ${names.slice(0, shownTasks).join(", ")}`;
  return { classes, text, keys: [] };
}

function undecoded(direction: Direction, detail: string): Decoded {
  const finding = { kind: "not_http", detail };
  return { ...nothing, role: "other", label: "not decoded", anomalies: anomaliesOf([finding], direction) };
}

function anomaliesOf(findings: readonly Finding[], direction: Direction, device?: DeviceId): readonly Anomaly[] {
  return findings.map((finding) => ({ ...finding, direction, ...(device === undefined ? {} : { device }) }));
}

/** A proxy's form of a target names scheme and host. */
function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = local.indexOf("?");
  return mark < 0 ? { path: local, query: "" } : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

function webcommVersion(query: string): string | undefined {
  const [, version] = /(?:^|&)webcomm_version=([\w.-]{1,20})(?:&|$)/.exec(query) ?? [];
  return version;
}

function shown(path: string): string {
  return path.slice(0, 200).replaceAll(/[^!-~]/g, "?");
}
