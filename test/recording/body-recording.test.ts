import { describe, expect, it } from "vitest";
import type { EpochUs, RecordingItem } from "../../src/model/recording.js";
import { envoy } from "../../src/protocols/envoy/index.js";
import { raw } from "../../src/protocols/raw/index.js";
import { BodyExchange, BodyRecording } from "../../src/recording/body-recording.js";

const at = 7 as EpochUs;
const request = "POST /emu_reports/performance_report HTTP/1.1\r\nContent-Length: 3\r\n\r\n<a>";
const response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

function read(files: Readonly<Record<string, string>>): readonly RecordingItem[] {
  const exchange = new BodyExchange([raw, envoy]);
  const items = Object.entries(files).flatMap(([name, text], index) => {
    const recording = new BodyRecording({ name, id: `b${index}`, now: () => at }, exchange);
    const [first, rest] = [text.slice(0, 5), text.slice(5)];
    return [...recording.push(Buffer.from(first)), ...recording.push(Buffer.from(rest)), ...recording.end()];
  });
  return [...items, ...exchange.close()];
}

function outline(items: readonly RecordingItem[]): readonly string[] {
  return items.map((item) => {
    if (item.type === "broken" || item.type === "notice") return item.message;
    return item.type === "data" ? `${item.leg.id} ${item.direction}` : `${item.leg.id} ${item.type}`;
  });
}

describe("BodyRecording", () => {
  it("joins the request and the answer of one exchange", () => {
    const items = read({ "spool/a-1.request": request, "spool/a-1.response.gz": response });
    expect(outline(items)).toEqual(["b0 opened", "b0 device-to-cloud", "b0 cloud-to-device", "b0 closed"]);
    expect(items[0]).toMatchObject({ leg: { protocol: "envoy", isUndated: true }, at });
  });

  it("parts what has other names", () => {
    const items = read({ "a-1.request": request, "a-2.request": request });
    expect(outline(items)).toEqual([
      ...["b0 opened", "b0 device-to-cloud", "b0 closed"],
      ...["b1 opened", "b1 device-to-cloud", "b1 closed"],
    ]);
  });

  it("takes a bare report, but not the one whose request was just read", () => {
    expect(outline(read({ "a.xml": "<perf_report/>" }))).toEqual(["b0 opened", "b0 device-to-cloud", "b0 closed"]);
    const both = read({ "a.request": request, "a.response": response, "a.xml": "<perf_report/>" });
    expect(outline(both)).toEqual(["b0 opened", "b0 device-to-cloud", "b0 cloud-to-device", "b0 closed"]);
  });

  it("knows the time from the name that a spool gives", () => {
    const [first] = read({ "x/2026-11-21T14-20-56.123Z-000001.xml": "<perf_report/>" });
    expect(first).toMatchObject({ at: Date.UTC(2026, 10, 21, 14, 20, 56, 123) * 1000 });
    expect(first).not.toHaveProperty("leg.isUndated");
  });

  it("says of what belongs to no protocol what was expected", () => {
    expect(outline(read({ "a.http": "POST / HTTP/1.1\r\n" }))).toEqual([
      "a.http: expected an HTTP message or a report's XML, found one that belongs to no protocol here",
    ]);
  });

  it("holds no more than any message has", () => {
    const recording = new BodyRecording({ name: "a", id: "b", now: () => at }, new BodyExchange([envoy]));
    const piece = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 65; count += 1) recording.push(piece);
    expect(outline(recording.end())).toEqual(["a: expected a message of at most 67108864 bytes, found 68157440"]);
  });
});
