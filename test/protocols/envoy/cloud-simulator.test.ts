import { expect, it } from "vitest";
import { answerRequest } from "../../../src/protocols/envoy/cloud.js";
import { createCloudSimulator } from "../../../src/protocols/envoy/cloud-simulator.js";
import { encodeReport, encodeReportRequest } from "../../../src/protocols/envoy/encoder.js";
import { at, event, noon, report } from "./reports.js";

const request = encodeReportRequest(encodeReport(report({ events: [event(1)] })), "4.6.0", "form");

it("answers a report as soon as it is whole, then closes", () => {
  const cloud = createCloudSimulator();
  expect(cloud.connected(at(noon))).toEqual([]);
  expect(cloud.received(request.subarray(0, 100), at(noon))).toEqual([]);
  expect(cloud.received(request.subarray(100), at(noon))).toEqual([
    { type: "send", bytes: answerRequest(request) },
    { type: "end" },
  ]);
});

it("begins anew with each connection", () => {
  const cloud = createCloudSimulator();
  cloud.received(request.subarray(0, 100), at(noon));
  cloud.disconnected(at(noon));
  cloud.connected(at(noon));
  expect(cloud.received(request, at(noon))).toHaveLength(2);
});
