import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeReport } from "../../../src/protocols/envoy/encoder.js";
import { parseEqid } from "../../../src/protocols/envoy/report.js";
import { readReport } from "../../../src/protocols/envoy/report-reader.js";
import { describeWithCaptures, readCapture, readCaptureJson } from "../../support/captures.js";
import { eqid, kinds } from "./reports.js";

interface Sidecar {
  readonly expected: {
    readonly envoy: Readonly<Record<string, string | number | null>>;
    readonly counts: Readonly<Record<"intervals" | "readings" | "events" | "devices" | "channels", number>>;
    readonly events: readonly Readonly<Record<string, string>>[];
    readonly devices?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

function read(elements: string, root = "report_timestamp='1438706832'") {
  return readReport(`<perf_report ${root}><envoy serial_num='121'/>${elements}</perf_report>`, undefined);
}

describeWithCaptures("recorded reports", () => {
  it.each(["envoy-2012-startup", "envoy-2015-backfill-part1"])("E24 E25 E26 E27: %s has all its elements", (name) => {
    const { expected } = readCaptureJson<Sidecar>(`envoy/${name}.json`);
    const { report, findings } = readReport(readCapture(`envoy/${name}.request.xml`).toString(), undefined);
    expect(findings).toEqual([]);
    expect(report?.reportedAt).toBe(expected.envoy.report_timestamp);
    expect(report?.webcommVersion ?? null).toBe(expected.envoy.webcomm_version);
    expect(report?.envoy).toEqual({
      serialNum: expected.envoy.serial_num,
      partNum: expected.envoy.part_num,
      swVersion: expected.envoy.sw_version,
      ipAddr: expected.envoy.ip_addr,
      macAddr: expected.envoy.mac_addr,
      timezone: expected.envoy.timezone,
      ...(expected.envoy.emu_region === undefined ? {} : { emuRegion: expected.envoy.emu_region }),
    });
    expect({
      intervals: report?.intervals.length,
      readings: report?.readings.length,
      events: report?.events.length,
      devices: report?.devices.length,
      channels: report?.devices.flatMap(({ channels }) => channels).length,
    }).toEqual(expected.counts);
  });

  it.each(["envoy-2012-startup", "envoy-2015-backfill-part1"])("E27: %s has its events word for word", (name) => {
    const { expected } = readCaptureJson<Sidecar>(`envoy/${name}.json`);
    const { report } = readReport(readCapture(`envoy/${name}.request.xml`).toString(), undefined);
    const events = report?.events.map((event) => ({
      id: String(event.id),
      event_code: String(event.code),
      event_state: String(event.state),
      event_date: String(event.date),
      eqid: event.eqid.text,
    }));
    expect(events).toEqual(
      expected.events.map(({ id, event_code, event_state, event_date, eqid: text }) => ({
        id,
        event_code,
        event_state,
        event_date,
        eqid: text,
      })),
    );
    expect(report?.events.map(({ correlationId }) => correlationId)).toEqual(
      expected.events.map(({ correlation_id }) => (correlation_id === undefined ? undefined : Number(correlation_id))),
    );
  });

  it("E25: the inventory of 2012 has every flag of device and channel", () => {
    const { expected } = readCaptureJson<Sidecar>("envoy/envoy-2012-startup.json");
    const { report } = readReport(readCapture("envoy/envoy-2012-startup.request.xml").toString(), undefined);
    const devices = report?.devices.map((device) => [
      device.eqid.text,
      {
        part_num: device.partNum,
        device_type: device.deviceType,
        admin_state: device.adminState,
        condition_flags: device.conditionFlags,
        channel_condition_flags: Object.fromEntries(device.channels.map((one) => [one.eqid.text, one.conditionFlags])),
      },
    ]);
    expect(Object.fromEntries(devices ?? [])).toEqual(expected.devices);
    expect(report?.devices[0]).toMatchObject({ imageBits: 131072, controlBits: 0, observedFlags: 0 });
  });

  it("keeps parameters of messages as the JSON that they are", () => {
    const { report } = readReport(readCapture("envoy/envoy-2015-backfill-part1.request.xml").toString(), undefined);
    const withParams = report?.events.filter(({ params }) => params !== undefined);
    expect(withParams?.map(({ messageKey, params }) => [messageKey, params])).toEqual([
      ["1", { value: "true" }],
      ["2", { value: "true" }],
      ["6", { value: "false" }],
    ]);
  });
});

describe("readReport", () => {
  it("takes elements in any order and ignores what it does not know", () => {
    const { report, findings } = readReport(
      `<perf_report new='1' report_timestamp='5'><future/><event id='1' event_code='509' event_state='0' event_date='4' eqid='122' colour='red'/>
       <reading id='2' eqid='122.2' date='4' duration='30' stats='1,2,3,4,-5,6,7'/><envoy latitude='47.1' serial_num='121'/>
       <interval id='3' eqid='122.2' end_date='400' interval_duration='300' stat_duration='294' stats='7'/></perf_report>`,
      "9.9",
    );
    expect(findings).toEqual([]);
    expect(report).toEqual({
      reportedAt: 5,
      webcommVersion: "9.9",
      envoy: { serialNum: "121" },
      events: [{ id: 1, code: 509, state: 0, date: 4, eqid: eqid("122") }],
      readings: [{ id: 2, eqid: eqid("122.2"), date: 4, durationS: 30, flags: "", stats: [1, 2, 3, 4, -5, 6, 7] }],
      intervals: [{ id: 3, eqid: eqid("122.2"), endDate: 400, intervalDurationS: 300, statDurationS: 294, stats: [7] }],
      devices: [],
    });
  });

  it.each([
    ["7", "1,2,3,4,5,6,7", 7],
    ["8", "1,2,3,4,5,6,7,8", 8],
    ["9, the last of them ignored", "1,2,3,4,5,6,7,8,9", 8],
  ])("E26: reads readings of %s values", (_name, stats, count) => {
    const { report } = read(`<reading id='2' eqid='122.1' date='4' duration='30' stats='${stats}'/>`);
    expect(report?.readings[0]?.stats).toHaveLength(count);
  });

  it.each([7, 8, 9])("E26: keeps intervals of %i values as they are", (count) => {
    const stats = Array.from({ length: count }, (_, index) => index);
    const { report } = read(
      `<interval id='3' eqid='122.2' end_date='400' interval_duration='300' stat_duration='294' stats='${stats}'/>`,
    );
    expect(report?.intervals[0]?.stats).toEqual(stats);
  });

  it("leaves unreadable elements out, one finding a kind, and keeps the rest", () => {
    const { report, findings } = read(
      `<reading id='1' eqid='122.1' date='4' duration='30' stats='1,2'/>
       <reading id='2' eqid='122.1' date='4' duration='30' stats='1,2,3,4,5,x,7'/>
       <reading id='x' eqid='122.1' date='4' duration='30' stats='1,2,3,4,5,6,7'/>
       <reading id='4' eqid='122.1' date='4' duration='30' stats='1,2,3,4,5,6,7'/>
       <interval id='5' eqid='zz' end_date='400' interval_duration='300' stat_duration='294' stats='7'/>
       <interval id='6' eqid='122.1' end_date='400' interval_duration='0' stat_duration='294' stats='7'/>
       <interval id='7' eqid='122.1' end_date='99999999999' interval_duration='300' stat_duration='294' stats='7'/>
       <event id='8' event_code='1' event_state='1' event_date='-4' eqid='122'/>
       <device/>`,
    );
    expect(report?.readings.map(({ id }) => id)).toEqual([4]);
    expect([report?.intervals, report?.events, report?.devices]).toEqual([[], [], []]);
    expect(findings.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
      "element_unreadable: 3 of the elements interval",
      "stats_unreadable: 2 of the elements reading",
      "element_unreadable: 1 of the elements reading",
      "element_unreadable: 1 of the elements event",
      "element_unreadable: 1 of the elements device",
    ]);
  });

  it.each([
    ["another root", "<x report_timestamp='1'><envoy serial_num='1'/></x>"],
    ["no Envoy", "<perf_report report_timestamp='1'></perf_report>"],
    ["no serial number", "<perf_report report_timestamp='1'><envoy/></perf_report>"],
    ["a serial number that is none", "<perf_report report_timestamp='1'><envoy serial_num='../x'/></perf_report>"],
    ["no time", "<perf_report><envoy serial_num='1'/></perf_report>"],
  ])("refuses a report with %s", (_name, xml) => {
    const { report, findings } = readReport(xml, undefined);
    expect(report).toBeUndefined();
    expect(kinds(findings)).toEqual(["report_unreadable"]);
  });

  it("refuses a document type, and half a document", () => {
    const doctype =
      "<!DOCTYPE x [<!ENTITY a 'b'>]><perf_report report_timestamp='1'><envoy serial_num='1'/></perf_report>";
    expect(kinds(readReport(doctype, undefined).findings)).toEqual(["xml_doctype"]);
    expect(kinds(readReport("<perf_report report_timestamp='1'><envoy serial_num='1'/>", undefined).findings)).toEqual([
      "body_undecodable",
    ]);
  });

  it("gives back every report that was encoded", () => {
    const count = fc.nat(2 ** 40);
    const time = fc.nat(4_102_444_800);
    const words = fc
      .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 })
      .filter((text) => text.trim() !== "");
    const serial = fc.stringMatching(/^\d{1,12}$/);
    const channel = fc.tuple(serial, fc.nat(99)).map(([number, channel]) => eqid(`${number}.${channel}`));
    const whole = serial.map(eqid);
    const stats = fc.array(fc.integer({ min: -1000, max: 2 ** 40 }), { minLength: 7, maxLength: 8 });
    const report = fc.record({
      reportedAt: time,
      webcommVersion: words,
      envoy: fc.record({ serialNum: serial, partNum: words, timezone: words }),
      intervals: fc.array(
        fc.record({
          id: count,
          eqid: channel,
          endDate: fc.integer({ min: 100_000, max: 4_102_444_800 }),
          intervalDurationS: fc.integer({ min: 1, max: 90_000 }),
          statDurationS: fc.nat(90_000),
          stats: fc.array(count, { minLength: 1, maxLength: 9 }),
        }),
        { maxLength: 3 },
      ),
      readings: fc.array(
        fc.record({ id: count, eqid: channel, date: time, durationS: count, flags: fc.constant("0"), stats }),
        {
          maxLength: 3,
        },
      ),
      events: fc.array(
        fc.record({
          id: count,
          code: count,
          state: fc.nat(3),
          date: time,
          eqid: whole,
          messageKey: words,
          params: fc.record({ value: fc.string() }),
        }),
        { maxLength: 3 },
      ),
      devices: fc.array(
        fc.record({
          eqid: whole,
          partNum: words,
          channels: fc.array(fc.record({ eqid: channel, channelType: count }), { maxLength: 2 }),
        }),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(report, (original) => {
        expect(readReport(encodeReport(original), undefined)).toEqual({ report: original, findings: [] });
      }),
      { numRuns: 400 },
    );
  });

  it("never throws, whatever the elements hold", () => {
    const name = fc.constantFrom("interval", "reading", "event", "device", "channel", "envoy", "message_params");
    const attribute = fc.constantFrom(
      "id",
      "eqid",
      "stats",
      "end_date",
      "date",
      "duration",
      "interval_duration",
      "event_code",
    );
    const value = fc.oneof(
      fc.constantFrom("1", "122.1", "1,2,3,4,5,6,7,8", "-1", "9".repeat(40), "", "1e9", "NaN"),
      fc.string(),
    );
    const element = fc.tuple(name, fc.array(fc.tuple(attribute, value), { maxLength: 6 }), fc.string());
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), (elements) => {
        const xml = elements.map(([tag, attributes, text]) => {
          const list = attributes.map(([key, content]) => `${key}="${content.replaceAll('"', "")}"`).join(" ");
          return `<${tag} ${list}>${text}</${tag}>`;
        });
        const { report } = read(xml.join(""));
        for (const { eqid: id } of report?.intervals ?? []) expect(parseEqid(id.text)).toEqual(id);
      }),
      { numRuns: 1_000 },
    );
  });
});
