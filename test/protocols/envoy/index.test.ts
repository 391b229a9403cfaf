import { expect, it } from "vitest";
import { envoy } from "../../../src/protocols/envoy/index.js";
import { Bookkeeper, device, eqid, event, interval, reading, report } from "./reports.js";

it("E15: reports to the vendor unless told otherwise, over TLS as old as the Envoy's", () => {
  expect(envoy.defaults).toMatchObject({
    listenPort: 4430,
    upstream: { host: "reports.enphaseenergy.com", port: 443 },
    onTls: "terminate",
    tlsMin: "TLSv1",
  });
});

it("describes every value that it gives, and nothing else", () => {
  const both = ["121.1", "121.2"].map(eqid);
  const { devices, readings } = new Bookkeeper().post(
    report({
      webcommVersion: "4.6.0",
      envoy: { serialNum: "1", ipAddr: "192.0.2.20" },
      intervals: both.map((id, index) => interval(index, { eqid: id })),
      readings: both.map((id, index) => reading(index, { eqid: id })),
      events: [event(1, { code: 512 })],
      devices: [device("121", { channels: both.map((id) => ({ eqid: id, conditionFlags: 1 })) })],
    }),
  );
  for (const { description } of devices) {
    const given = readings.filter((one) => one.device === description.id).flatMap(({ values }) => Object.keys(values));
    const described = description.entities.map(({ key }) => key).filter((key) => key !== "cloud_reachable");
    expect([...new Set(given)].sort()).toEqual(described.toSorted());
  }
  const known = new Set(envoy.entities.map(({ key }) => key));
  expect(devices.flatMap(({ description }) => description.entities).every(({ key }) => known.has(key))).toBe(true);
});
