import type { Anomaly } from "../../model/anomaly.js";
import type { DeviceId } from "../../model/device.js";
import type { Conversation, ConversationOptions, Decoded, Frame } from "../../model/protocol.js";
import type { Reading } from "../../model/reading.js";
import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import { type HttpMessage, parseHttpMessage } from "../../wire/http1-body.js";
import { type HttpRequestLine, headerValue } from "../../wire/http1-head.js";
import { WireError } from "../../wire/wire-error.js";
import { type Finding, readReportBody } from "./body.js";
import { envoyId } from "./description.js";
import { reportPosting } from "./posting.js";
import { readReply } from "./reply.js";
import { readReport } from "./report-reader.js";

/** Requests of one connection that may wait for their answers; an Envoy sends one. */
const openLimit = 64;

interface OpenRequest {
  /** `POST /emu_reports/performance_report`; without the query, which may hold secrets. */
  readonly line: string;
  readonly method: string;
  /** Whose report it is. */
  readonly device?: DeviceId;
}

interface Answer {
  readonly message: HttpMessage;
  readonly status: number;
}

/** Follows one connection: reports go into the books, and each answer is put to its request. */
export function createEnvoyConversation(options: ConversationOptions): Conversation {
  return new EnvoyConversation(options.session.device.remoteAddress);
}

class EnvoyConversation implements Conversation {
  readonly #client: string;
  readonly #open: OpenRequest[] = [];
  /** Answers that came before their request was complete. */
  readonly #early: Answer[] = [];
  /** Some request could not be framed: its answer belongs to nothing that is known. */
  #doubtful = false;

  constructor(client: string) {
    this.#client = client;
  }

  receive(frame: Frame, now: EpochMs): Decoded {
    const { direction } = frame;
    try {
      const message = parseHttpMessage(frame.bytes);
      const { start } = message;
      if (start.type === "request" && direction === "device-to-cloud") return this.#request(message, start, now);
      if (start.type === "response" && direction === "cloud-to-device")
        return this.#response(message, start.status, now);
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
    const readings = open.flatMap((request) => reachability(request, false, now));
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
    const isReport = start.method === "POST" && path.endsWith("/performance_report");
    const decoded = isReport ? this.#report(message, webcommVersion(query)) : undefined;
    const device = decoded?.seen[0];
    const request: OpenRequest = { line, method: start.method, ...(device === undefined ? {} : { device }) };
    const early = this.#early.shift();
    if (early === undefined) {
      this.#open.push(request);
      if (this.#open.length > openLimit) this.#open.shift();
    }
    const answered = early === undefined ? undefined : this.#answer(request, early, now);
    const label = `${line}${decoded === undefined ? `, ${message.body.length} bytes` : decoded.label}`;
    return {
      ...(decoded ?? { ...nothing, role: "other" }),
      label: answered === undefined ? label : `${label}, answered early: ${answered.label}`,
      readings: answered?.readings ?? [],
      anomalies: [...(decoded?.anomalies ?? []), ...(answered?.anomalies ?? [])],
    };
  }

  #report(message: HttpMessage, version: string | undefined): Decoded {
    const body = readReportBody(headerValue(message, "content-type"), message.body);
    const read = body.xml === undefined ? { findings: [] } : readReport(body.xml, version);
    const { report } = read;
    const findings = [...body.findings, ...read.findings];
    const device = report === undefined ? undefined : envoyId(report.envoy.serialNum);
    return {
      ...nothing,
      role: "report",
      label:
        report === undefined
          ? ", report not decoded"
          : `, report of ${device}: ${report.intervals.length} intervals, ${report.readings.length} readings, ` +
            `${report.events.length} events, ${report.devices.length} devices`,
      seen: device === undefined ? [] : [device],
      anomalies: anomaliesOf(findings, "device-to-cloud", device),
      postings: report === undefined ? [] : [reportPosting(report)],
    };
  }

  #response(message: HttpMessage, status: number, now: EpochMs): Decoded {
    if (status >= 100 && status < 200 && status !== 101)
      return { ...nothing, role: "other", label: `answer ${status}` };
    const request = this.#open.shift();
    if (request !== undefined) return this.#answer(request, { message, status }, now);
    if (this.#early.length < openLimit)
      this.#early.push({ message: { ...message, body: message.body.slice() }, status });
    return { ...nothing, role: "other", label: `answer ${status} before its request was complete` };
  }

  #answer(request: OpenRequest, { message, status }: Answer, now: EpochMs): Decoded {
    const complete = message.complete || request.method === "HEAD";
    const { excerpt, tasks } = readReply(message);
    const isReport = request.device !== undefined;
    const accessLine = `${this.#client} ${request.line} ${status} ${message.body.length}`;
    return {
      ...nothing,
      role: isReport ? "acknowledgement" : "other",
      label: excerpt === "" ? accessLine : `${accessLine} ${excerpt}`,
      readings: reachability(request, complete && status >= 200 && status < 300, now),
      anomalies: anomaliesOf(complete ? [] : [incompleteResponse], "cloud-to-device", request.device),
      ...(isReport && tasks.length > 0
        ? { command: { classes: ["unknown"], text: `task for the Envoy: ${tasks.join(", ")}`, keys: [] } }
        : {}),
    };
  }
}

const nothing = { seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] } as const;
const unexpectedResponse: Finding = { kind: "unexpected_response", detail: "no request waited for the answer" };
const incompleteResponse: Finding = {
  kind: "incomplete_message",
  detail: "the answer has no body though it announces one",
};

function undecoded(direction: Direction, detail: string): Decoded {
  const finding = { kind: "not_http", detail };
  return { ...nothing, role: "other", label: "not decoded", anomalies: anomaliesOf([finding], direction) };
}

function anomaliesOf(findings: readonly Finding[], direction: Direction, device?: DeviceId): readonly Anomaly[] {
  return findings.map((finding) => ({ ...finding, direction, ...(device === undefined ? {} : { device }) }));
}

function reachability({ device }: OpenRequest, reachable: boolean, now: EpochMs): readonly Reading[] {
  if (device === undefined) return [];
  return [{ device, measuredAt: now, receivedAt: now, live: true, values: { cloud_reachable: reachable } }];
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
