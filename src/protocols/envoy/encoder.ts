import { deflate } from "../../wire/deflate.js";
import { encodeHttpMessage } from "../../wire/http1-encode.js";
import type { PerfReport } from "./report.js";

/** How the XML stands in the deflated body: docs/protocols/envoy.md §4. */
export type BodyVariant = "form" | "raw-xml";

type Attributes = Readonly<Record<string, string | number | undefined>>;

export function encodeReport(report: PerfReport): string {
  const { envoy } = report;
  const parts = [
    tag("envoy", {
      ip_addr: envoy.ipAddr,
      emu_region: envoy.emuRegion,
      part_num: envoy.partNum,
      sw_version: envoy.swVersion,
      serial_num: envoy.serialNum,
      mac_addr: envoy.macAddr,
      timezone: envoy.timezone,
    }),
    ...report.intervals.map((interval) =>
      tag("interval", {
        interval_duration: interval.intervalDurationS,
        stat_duration: interval.statDurationS,
        end_date: interval.endDate,
        stats: interval.stats.join(","),
        id: interval.id,
        eqid: interval.eqid.text,
      }),
    ),
    ...report.readings.map((reading) =>
      tag("reading", {
        duration: reading.durationS,
        stats: reading.stats.join(","),
        date: reading.date,
        id: reading.id,
        flags: reading.flags,
        eqid: reading.eqid.text,
      }),
    ),
    ...encodeEvents(report),
    ...encodeDevices(report),
  ];
  const root = attributesOf({ report_timestamp: report.reportedAt, webcomm_version: report.webcommVersion });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<perf_report${root}>${parts.join("")}</perf_report>`;
}

/** With the headers of an R3.x Envoy: docs/protocols/envoy.md §4. */
export function encodeReportRequest(xml: string, webcommVersion: string, variant: BodyVariant): Uint8Array {
  const text = variant === "form" ? `body=${encodeURIComponent(xml)}` : xml;
  const body = deflate(new TextEncoder().encode(text));
  const lines = [
    `POST /emu_reports/performance_report?webcomm_version=${webcommVersion} HTTP/1.1`,
    "Accept: */*",
    "Connection: close",
    "Content-Type: application/x-deflate",
    `Content-Length: ${body.length}`,
    "Host: reports.enphaseenergy.com:443",
  ];
  return encodeHttpMessage(lines, body);
}

function encodeEvents(report: PerfReport): readonly string[] {
  return report.events.map((event) => {
    const attributes = {
      event_state: event.state,
      event_code: event.code,
      event_date: event.date,
      id: event.id,
      eqid: event.eqid.text,
      serial_num: event.serialNum,
      correlation_id: event.correlationId,
      message_key: event.messageKey,
    };
    if (event.params === undefined) return tag("event", attributes);
    const json = JSON.stringify(event.params).replaceAll("]]>", "]]]]><![CDATA[>");
    return tag("event", attributes, `<message_params><![CDATA[${json}]]></message_params>`);
  });
}

function encodeDevices(report: PerfReport): readonly string[] {
  return report.devices.map((device) => {
    const channels = device.channels.map((channel) =>
      tag("channel", {
        channel_type: channel.channelType,
        condition_flags: channel.conditionFlags,
        observed_flags: channel.observedFlags,
        eqid: channel.eqid.text,
        control_bits: channel.controlBits,
      }),
    );
    const attributes = {
      image_bits: device.imageBits,
      device_type: device.deviceType,
      admin_state: device.adminState,
      condition_flags: device.conditionFlags,
      part_num: device.partNum,
      observed_flags: device.observedFlags,
      eqid: device.eqid.text,
      control_bits: device.controlBits,
    };
    return tag("device", attributes, channels.join(""));
  });
}

function tag(name: string, attributes: Attributes, content = ""): string {
  const start = `<${name}${attributesOf(attributes)}`;
  return content === "" ? `${start}/>` : `${start}>${content}</${name}>`;
}

function attributesOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(String(value))}"`]))
    .join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
