import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Conversation, ConversationOptions, Decoded, Frame } from "../../../src/model/protocol.js";
import type { Direction, SessionId } from "../../../src/model/session.js";
import { anomalies } from "../../../src/protocols/envoy/anomalies.js";
import { encodeReportResponse } from "../../../src/protocols/envoy/cloud.js";
import { createEnvoyConversation } from "../../../src/protocols/envoy/conversation.js";
import { encodeReport, encodeReportRequest } from "../../../src/protocols/envoy/encoder.js";
import { describeWithCaptures, readCapture } from "../../support/captures.js";
import { conversationOptions } from "../../support/conversation-options.js";
import { at, envoy, event, interval, kinds, noon, report } from "./reports.js";

const now = at(noon);

function open(cloud: ConversationOptions["cloud"] = "relay"): Conversation {
  const device = { localAddress: "192.0.2.1", localPort: 4430, remoteAddress: "192.0.2.20", remotePort: 5555 };
  const session = { id: "s1" as SessionId, relay: "roof", protocol: "envoy", openedAt: now, device };
  return createEnvoyConversation(conversationOptions({ session, cloud }));
}

function frame(direction: Direction, bytes: Uint8Array | string): Frame {
  return { direction, bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes, whole: true };
}

const up = (bytes: Uint8Array | string) => frame("device-to-cloud", bytes);
const down = (bytes: Uint8Array | string) => frame("cloud-to-device", bytes);

const reportRequest = encodeReportRequest(
  encodeReport(report({ events: [event(221)], intervals: [interval(1)] })),
  "4.6.0",
  "form",
);
const plain = (status: string, body = "") =>
  down(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

function post(contentType: string, body: Buffer) {
  const head = `POST /emu_reports/performance_report HTTP/1.1\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return up(Buffer.concat([Buffer.from(head), body]));
}

describe("a report", () => {
  it("is a posting to the books of its Envoy, and a sign of life", () => {
    const decoded = open().receive(up(reportRequest), now);
    expect(decoded).toMatchObject({ role: "report", seen: [envoy], readings: [], anomalies: [] });
    expect(decoded.postings.map(({ account }) => account)).toEqual([envoy]);
    expect(decoded.label).toBe(
      `POST /emu_reports/performance_report, report of ${envoy}: 1 intervals, 0 readings, 1 events, 0 devices`,
    );
  });

  it("brings the version of its query, even one never seen before", () => {
    const xml = encodeReport(report());
    const [posting] = open().receive(up(encodeReportRequest(xml, "17.3-rc1", "raw-xml")), now).postings;
    expect(posting?.apply(undefined, now).readings[0]?.values.webcomm_version).toBe("17.3-rc1");
  });

  it("E22: and its answer are one access line: client, request line, status, size", () => {
    const conversation = open();
    conversation.receive(up(reportRequest), now);
    const decoded = conversation.receive(plain("200 OK", "x".repeat(103)), now);
    expect(decoded.role).toBe("acknowledgement");
    expect(decoded.label).toMatch(/^192\.0\.2\.20 POST \/emu_reports\/performance_report 200 103/);
  });

  it.each([
    ["200 OK", true],
    ["204 No Content", true],
    ["302 Found", false],
    ["404 Not Found", false],
    ["502 Bad Gateway", false],
  ])("answered with %s: the cloud is reachable: %s", (status, reachable) => {
    const conversation = open();
    conversation.receive(up(reportRequest), now);
    const { readings } = conversation.receive(
      status.startsWith("204") ? down("HTTP/1.1 204 X\r\n\r\n") : plain(status, "x"),
      now,
    );
    expect(readings).toEqual([
      { device: envoy, measuredAt: now, receivedAt: now, live: true, values: { cloud_reachable: reachable } },
    ]);
    expect(conversation.settle?.(now)).toBeUndefined();
  });

  it("without an answer at the end of the connection: the cloud is not reachable", () => {
    const conversation = open();
    conversation.receive(up(reportRequest), now);
    conversation.receive(down("HTTP/1.1 100 Continue\r\n\r\n"), now);
    const settled = conversation.settle?.(now);
    expect(settled?.readings[0]?.values).toEqual({ cloud_reachable: false });
    expect(settled?.label).toBe("192.0.2.20 POST /emu_reports/performance_report without an answer");
    expect(conversation.settle?.(now)).toBeUndefined();
  });

  it("whose answer breaks off behind its header did not arrive", () => {
    const conversation = open();
    conversation.receive(up(reportRequest), now);
    const decoded = conversation.receive(down("HTTP/1.1 200 OK\r\nContent-Length: 142\r\n\r\n"), now);
    expect([decoded.readings[0]?.values, kinds(decoded.anomalies)]).toEqual([
      { cloud_reachable: false },
      ["incomplete_message"],
    ]);
  });

  it("that is answered before it is complete still gets its answer", () => {
    const conversation = open();
    expect(conversation.receive(plain("503 Busy"), now).readings).toEqual([]);
    const decoded = conversation.receive(up(reportRequest), now);
    expect([decoded.readings[0]?.values, decoded.role, decoded.postings.length]).toEqual([
      { cloud_reachable: false },
      "report",
      1,
    ]);
    expect(decoded.label).toContain("503 0");
    expect(conversation.settle?.(now)).toBeUndefined();
  });

  it("whose answer holds a task is a command from the cloud", () => {
    const conversation = open();
    conversation.receive(up(reportRequest), now);
    const body = deflateSync('<perf_report_response status="success"><upgrade/></perf_report_response>').toString(
      "latin1",
    );
    const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/x-deflate\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const decoded = conversation.receive(down(Buffer.from(answer, "latin1")), now);
    expect(decoded.command).toEqual({ classes: ["ack", "firmware"], text: "cloud sent the task upgrade", keys: [] });
    conversation.receive(up(reportRequest), now);
    expect(conversation.receive(down(encodeReportResponse([221])), now).command?.text).toBeUndefined();
  });
});

describe("other requests", () => {
  it.each([
    ["POST /emu_reports/task_complete?webcomm_version=3.0", "POST /emu_reports/task_complete", "E02"],
    ["PUT /somewhere/else?secret=1", "PUT /somewhere/else", "E03"],
    ["GET /emu_reports/performance_report", "GET /emu_reports/performance_report", "E03"],
  ])("%s is labelled and left alone", (request, line) => {
    const conversation = open();
    const asked = conversation.receive(up(`${request} HTTP/1.1\r\nContent-Length: 2\r\n\r\nok`), now);
    expect(asked).toMatchObject({ role: "other", label: `${line}, 2 bytes`, anomalies: [], postings: [] });
    const answered = conversation.receive(plain("200 OK"), now);
    expect(answered).toMatchObject({ role: "other", label: `192.0.2.20 ${line} 200 0`, readings: [] });
  });

  it("get their answers in order when they are pipelined", () => {
    const conversation = open();
    conversation.receive(up("HEAD /a HTTP/1.1\r\n\r\n"), now);
    conversation.receive(up(reportRequest), now);
    const labels = [down("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), plain("500 No", "no")].map(
      (one) => conversation.receive(one, now).label,
    );
    expect(labels[0]).toContain("HEAD /a 200 0");
    expect(labels[1]).toContain("performance_report 500 2");
  });

  it("that nobody made leave an anomaly behind, unless some could not be framed", () => {
    const stray = open();
    stray.receive(plain("200 OK"), now);
    expect(kinds(stray.settle?.(now)?.anomalies ?? [])).toEqual(["unexpected_response"]);
    const doubtful = open();
    const fault = { kind: "message_too_large", detail: "" };
    doubtful.receiveUnframed?.({ direction: "device-to-cloud", bytes: new Uint8Array(1), whole: false, fault }, now);
    doubtful.receive(plain("200 OK"), now);
    expect(doubtful.settle?.(now)?.anomalies).toEqual([]);
  });
});

describe("what cannot be decoded", () => {
  const doctype =
    '<!DOCTYPE x [<!ENTITY a "b">]><perf_report report_timestamp="1"><envoy serial_num="1"/></perf_report>';
  const deflated = "application/x-deflate";

  it.each([
    ["E10: no body", post(deflated, Buffer.alloc(0)), ["report_without_body"]],
    [
      "E10: another content type",
      post("application/json", Buffer.from("{}")),
      ["unexpected_content_type", "report_without_body"],
    ],
    ["no deflate", post(deflated, Buffer.from("plain")), ["body_undecodable"]],
    ["E12: a bomb", post(deflated, deflateSync(Buffer.alloc(20 * 1024 * 1024))), ["deflate_bomb"]],
    ["a document type", post(deflated, deflateSync(doctype)), ["xml_doctype"]],
    ["no report", post(deflated, deflateSync("<perf_report/>")), ["report_unreadable"]],
  ])("%s is an anomaly, and counts nothing", (_name, one, expected) => {
    const decoded = open().receive(one, now);
    expect(kinds(decoded.anomalies)).toEqual(expected);
    expect([decoded.role, decoded.postings, decoded.seen]).toEqual(["report", [], []]);
    expect(expected.every((kind) => kind in anomalies)).toBe(true);
  });

  it.each([up("HTTP/1.1 200 OK\r\n\r\n"), down("GET / HTTP/1.1\r\n\r\n"), up("hello")])(
    "frames of the wrong kind are not HTTP here",
    (one) => {
      expect(kinds(open().receive(one, now).anomalies)).toEqual(["not_http"]);
    },
  );
});

it("lets no place out: not in labels, anomalies, values, books or events", () => {
  const [latitude, longitude] = ["47.3769", "8.5417"];
  const xml = encodeReport(report({ events: [event(1)], intervals: [interval(1)] })).replace(
    "<envoy ",
    `<envoy latitude="${latitude}" longitude="${longitude}" `,
  );
  const decoded = open().receive(up(encodeReportRequest(xml, "4.6.0", "form")), now);
  const outcome = decoded.postings[0]?.apply(undefined, now);
  const everything = JSON.stringify([decoded, outcome]);
  expect(outcome?.readings.length).toBeGreaterThan(1);
  expect(everything).not.toMatch(/47\.3769|8\.5417|latitude|longitude/);
});

describeWithCaptures("recorded conversations", () => {
  it.each(["form", "rawxml"])("the start-up of 2012 and its answer (%s)", (variant) => {
    const conversation = open();
    const request = conversation.receive(up(readCapture(`envoy/envoy-2012-startup.request.${variant}.http`)), now);
    expect(request.label).toContain("0 intervals, 0 readings, 8 events, 20 devices");
    const answer = conversation.receive(down(readCapture("envoy/envoy-2012-startup.response.http")), now);
    expect(answer.label).toContain("POST /emu_reports/performance_report 200 142");
    expect([request.anomalies, answer.anomalies, answer.command?.classes]).toEqual([[], [], ["ack"]]);
  });
});

describe("what a gate asks of a conversation with an Envoy", () => {
  const request = () => up(reportRequest);
  const own = (bytes: Uint8Array): Frame => ({ ...down(bytes), own: true });
  const task = '<perf_report_response status="success"><upgrade/></perf_report_response>';
  const status = (bytes: Uint8Array | undefined): string =>
    Buffer.from(bytes ?? [])
      .subarray(9, 12)
      .toString();
  const reachable = (decoded: Decoded) => decoded.readings.map(({ values }) => values.cloud_reachable);

  it("is which frames ask and answer, what an answer wants, and when it cannot serve", () => {
    const known = open();
    expect(known.outline?.(request())).toEqual({ asks: "r" });
    expect(known.outline?.(down(encodeReportResponse([221])))).toEqual({
      answers: "r",
      command: { classes: ["ack"], keys: [] },
    });
    expect(known.outline?.(down("HTTP/1.1 100 Continue\r\n\r\n"))).toMatchObject({ answers: "r", interim: true });
    expect(known.outline?.(down(response(task)))).toMatchObject({
      command: { classes: ["ack", "firmware"], text: "cloud sent the task upgrade" },
    });
    expect(known.outline?.(down("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"))).toMatchObject({
      answers: "r",
      failure: "answered 503",
    });
    expect(known.outline?.(down("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")).failure).toBeUndefined();
    expect(known.outline?.(own(encodeReportResponse([221])))).toEqual({ answers: "r" });
  });

  it("is the vendor's answer, and none that acknowledges what is not on disk", () => {
    const known = open();
    known.receive(request(), now);
    expect(known.answer?.(request(), now, true)).toEqual({ frames: [encodeReportResponse([221])], end: true });
    expect(status(known.answer?.(request(), now, false).frames[0])).toBe("500");
    expect(status(known.answer?.(up("GET /else HTTP/1.1\r\n\r\n"), now, true).frames[0])).toBe("404");
    const auto = open("auto");
    expect(status(auto.answer?.(up("GET /else HTTP/1.1\r\n\r\n"), now, true).frames[0])).toBe("502");
  });

  it("is success for a finished task, unless the vendor is away and nobody can keep it for him", () => {
    const anonymous = up("POST /emu_reports/task_complete HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    const body = '<task><envoy serial_num="121"/></task>';
    const head = `POST /emu_reports/task_complete HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}`;
    const named = up(`${head}\r\n\r\n${body}`);
    const answers = (known: Conversation) =>
      [anonymous, named].map((one) => status(known.answer?.(one, now, true).frames[0]));
    expect(answers(open("local"))).toEqual(["200", "200"]);
    expect(answers(open("auto"))).toEqual(["502", "200"]);
    expect(open().receive(named, now).seen).toEqual(["envoy_121"]);
    expect(open().receive(anonymous, now).seen).toEqual([]);
  });

  it("is that an answer which breaks off cannot serve, but that one to HEAD has no body", () => {
    const answer = down("HTTP/1.1 200 OK\r\nContent-Length: 142\r\n\r\n");
    const known = open();
    known.receive(request(), now);
    expect(known.outline?.(answer).failure).toBe("broke its answer off");
    const head = open();
    head.receive(up("HEAD /a HTTP/1.1\r\n\r\n"), now);
    expect(head.outline?.(answer).failure).toBeUndefined();
  });

  it.each([
    ["no text", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\u0000\u0001", ["ack", "unknown"]],
    ["another document", response("<tasks><upgrade/></tasks>"), ["ack", "unknown"]],
    ["nothing", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ["ack"]],
    ["a page that says why not", "HTTP/1.1 404 No\r\nContent-Length: 6\r\n\r\n<html>", ["ack"]],
  ])(
    "is that an answer to a report may want anything where it holds what cannot be read: %s",
    (_name, answer, classes) => {
      const known = open();
      known.receive(request(), now);
      expect(known.outline?.(down(answer)).command?.classes).toEqual(classes);
      expect(known.receive(down(answer), now).command?.classes).toEqual(classes);
      // Other answers are not understood anyway.
      known.receive(up("GET /else HTTP/1.1\r\n\r\n"), now);
      expect(known.outline?.(down(answer)).command?.classes).toEqual(["ack"]);
    },
  );

  it("is the acknowledgement without the task, where a task does not pass", () => {
    const known = open();
    known.receive(request(), now);
    const refusal = known.refuse?.(down(response(task)), now);
    expect(refusal).toEqual({ toCloud: [], toDevice: [encodeReportResponse([221])] });
    // The cloud has answered, if not the Envoy.
    expect(reachable(known.receive(own(encodeReportResponse([221])), now))).toEqual([true]);
  });

  it("is no success in place of an answer that was none", () => {
    const known = open();
    known.receive(request(), now);
    const refusal = known.refuse?.(down(response(task).replace("200 OK", "400 Bad Request")), now);
    expect(refusal?.toDevice.map(status)).toEqual(["400"]);
    expect(reachable(known.receive(own(refusal?.toDevice[0] ?? new Uint8Array(0)), now))).toEqual([false]);
  });

  it.each([
    ["POST /emu_reports/performance_report", "200"],
    ["POST /emu_reports/task_complete", "200"],
    ["GET /else", "502"],
  ])("is for %s, where what the vendor answered does not pass, %s", (line, wanted) => {
    const known = open();
    known.receive(up(`${line} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`), now);
    expect(known.refuse?.(down("HTTP/1.1 100 Continue\r\n\r\n"), now)?.toDevice).toEqual([]);
    expect(known.refuse?.(down(response(task)), now)?.toDevice.map(status)).toEqual([wanted]);
  });

  it("tells that the cloud is away where it was answered here instead, and nothing where none is asked", () => {
    const auto = open("auto");
    auto.receive(request(), now);
    expect(reachable(auto.receive(own(encodeReportResponse([221])), now))).toEqual([false]);
    const local = open("local");
    local.receive(request(), now);
    expect(reachable(local.receive(own(encodeReportResponse([221])), now))).toEqual([]);
    expect(local.receive(own(encodeReportResponse([221])), now).command).toBeUndefined();
  });
});

function response(xml: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${xml.length}\r\n\r\n${xml}`;
}
