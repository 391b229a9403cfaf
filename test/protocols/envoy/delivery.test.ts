import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import { delivery } from "../../../src/protocols/envoy/delivery.js";
import { encodeReport, encodeReportRequest } from "../../../src/protocols/envoy/encoder.js";
import { event, report } from "./reports.js";

const up = (bytes: Uint8Array | string): Frame => ({
  ...{ direction: "device-to-cloud", whole: true },
  bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
});
const down = (status: string): Frame => ({
  ...{ direction: "cloud-to-device", whole: true },
  bytes: Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`),
});

function finished(method: string, xml: string): string {
  const head = `${method} /emu_reports/task_complete?webcomm_version=3.0 HTTP/1.1`;
  return `${head}\r\nContent-Type: text/xml\r\nContent-Length: ${xml.length}\r\n\r\n${xml}`;
}

describe("later delivery to the vendor", () => {
  it("keeps reports that can be read, and finished tasks", () => {
    const xml = encodeReport(report({ events: [event(221)] }));
    expect(delivery.keeps(up(encodeReportRequest(xml, "4.6.0", "form")))).toBe(true);
    expect(delivery.keeps(up(finished("POST", '<task><envoy serial_num="121"/></task>')))).toBe(true);
  });

  it("keeps nothing else, for the Envoy has it still", () => {
    expect(delivery.keeps(up(encodeReportRequest("<nothing/>", "3.0", "form")))).toBe(false);
    expect(delivery.keeps(up("GET /elsewhere HTTP/1.1\r\n\r\n"))).toBe(false);
    expect(delivery.keeps(up(finished("GET", '<task><envoy serial_num="121"/></task>')))).toBe(false);
    expect(delivery.keeps(up(finished("POST", "<task/>")))).toBe(false);
    expect(delivery.keeps(up("no HTTP at all"))).toBe(false);
  });

  it.each([
    ["100 Continue", "interim"],
    ["200 OK", "delivered"],
    ["204 No Content", "delivered"],
    ["302 Found", "failed"],
    ["400 Bad Request", "refused"],
    ["403 Forbidden", "failed"],
    ["404 Not Found", "failed"],
    ["422 Unprocessable Content", "refused"],
    ["408 Request Timeout", "failed"],
    ["429 Too Many Requests", "failed"],
    ["500 Internal Server Error", "failed"],
    ["503 Service Unavailable", "failed"],
  ])("takes %s as %s", (status, verdict) => {
    expect(delivery.judge(down(status))).toBe(verdict);
  });

  it.each([
    ["what is none", "garbage"],
    ["one that breaks off behind its header", "HTTP/1.1 200 OK\r\nContent-Length: 142\r\n\r\n"],
  ])("takes no answer from %s", (_name, bytes) => {
    expect(delivery.judge({ direction: "cloud-to-device", bytes: Buffer.from(bytes), whole: true })).toBe("failed");
  });
});
