import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anomalies } from "../../../src/protocols/envoy/anomalies.js";
import { recordedPosting } from "../../../src/protocols/envoy/posting.js";
import type { PerfReport } from "../../../src/protocols/envoy/report.js";
import { readReport } from "../../../src/protocols/envoy/report-reader.js";
import { describeWithCaptures, readCapture, readCaptureJson } from "../../support/captures.js";
import {
  at,
  Bookkeeper,
  device,
  envoy,
  eqid,
  event,
  historic,
  interval,
  kinds,
  noon,
  pcu,
  reading,
  report,
} from "./reports.js";

interface Sidecar {
  readonly expected: {
    readonly array: { readonly joules_total: number; readonly energy_wh: number };
    readonly freshness: { readonly age_at_report_s: number };
    readonly per_inverter: Readonly<Record<string, { readonly joules_total: number; readonly energy_wh: number }>>;
    readonly open_conditions_after: readonly string[];
  };
}

function captured(name: string): PerfReport {
  const { report: read } = readReport(readCapture(`envoy/${name}.request.xml`).toString(), undefined);
  if (read === undefined) throw new Error(`expected a report in ${name}`);
  return read;
}

const backlogSidecar = () => readCaptureJson<Sidecar>("envoy/envoy-2015-backfill-part1.json").expected;

describeWithCaptures("recorded reports in the books", () => {
  it("2012: twenty inverters, no power, no energy, one open condition", () => {
    const keeper = new Bookkeeper();
    const startup = captured("envoy-2012-startup");
    const { devices, readings } = keeper.post(startup);
    expect(devices.map(({ description }) => description.id)).toHaveLength(21);
    expect(devices[0]?.description.id).toBe("envoy_123456115374");
    expect(devices.slice(1).every(({ description }) => description.viaDevice === "envoy_123456115374")).toBe(true);
    expect(readings.flatMap(({ values }) => [values.power ?? null])).toEqual(new Array(21).fill(null));
    expect(keeper.energies()).toEqual({});
    const open = Object.entries(Object(keeper.books.conditions)).filter(
      ([, condition]) => Object(condition).open === true,
    );
    const expected = readCaptureJson<Sidecar>("envoy/envoy-2012-startup.json").expected.open_conditions_after;
    expect(open.map(([key]) => key.replace(" ", ":"))).toEqual(expected);
    expect(keeper.value(pcu("123456104335"), "channel_condition_flags")).toBe("0x00000010");
    expect(keeper.value(pcu("123456104335"), "condition_flags")).toBe("0x00240000");
  });

  it("2012: its events fire once, each by its name", () => {
    const keeper = new Bookkeeper();
    const startup = captured("envoy-2012-startup");
    const types = keeper.post(startup).events.map(({ type }) => type);
    expect(types).toHaveLength(8);
    expect(new Set(types)).toEqual(new Set(["sleeping", "grid_instability", "power_on_reset"]));
    expect(keeper.post(startup).events).toEqual([]);
  });

  it("2015: every joule of the backlog, no power, a delay of ten days, catching up", () => {
    const keeper = new Bookkeeper();
    const { array, freshness, per_inverter } = backlogSidecar();
    const { anomalies: found, events } = keeper.post(captured("envoy-2015-backfill-part1"));
    expect([found, events]).toEqual([[], []]);
    expect(keeper.books.joules).toBe(array.joules_total);
    expect(keeper.state.get("envoy_121319013553")).toMatchObject({
      energy_total: array.energy_wh,
      power: null,
      inverters_reporting: 0,
      data_delay: freshness.age_at_report_s,
      catching_up: true,
      last_report: "2015-08-04T16:47:12.000Z",
      last_data: "2015-07-25T15:26:48.000Z",
      webcomm_version: "4.6.0",
    });
    for (const [id, { joules_total, energy_wh }] of Object.entries(per_inverter)) {
      expect(Object(Object(keeper.books.channels)[id]).joules).toBe(joules_total);
      expect(keeper.value(pcu(id.slice(0, -2)), "energy_total")).toBeCloseTo(energy_wh, 2);
    }
    expect(Object.keys(keeper.energies())).toHaveLength(31);
    expect([...keeper.state.values()].map(({ power }) => power)).toEqual(new Array(31).fill(null));
  });

  it("2015: its old readings go out once as stored records", () => {
    const keeper = new Bookkeeper();
    const backlog = captured("envoy-2015-backfill-part1");
    expect(historic(keeper.post(backlog).readings)).toHaveLength(333);
    expect(historic(keeper.post(backlog).readings)).toEqual([]);
  });

  it("E30: the same again, with another time, and after restarts changes nothing", () => {
    const keeper = new Bookkeeper();
    const backlog = captured("envoy-2015-backfill-part1");
    keeper.post(backlog);
    const energies = keeper.energies();
    keeper.post(backlog);
    keeper.post({ ...backlog, reportedAt: backlog.reportedAt + 300 });
    keeper.post(backlog, backlog.reportedAt + 400_000);
    expect(keeper.energies()).toEqual(energies);
    expect(keeper.state.get("envoy_121319013553")).toMatchObject({ reports: 1, repeats_ignored: 3 });
  });

  it("newer data before older, in any pieces and with any repeats, gives the same totals", () => {
    const whole = captured("envoy-2015-backfill-part1");
    const { array } = backlogSidecar();
    const pieces = Array.from({ length: 7 }, (_, piece) => ({
      ...whole,
      reportedAt: whole.reportedAt + piece,
      intervals: whole.intervals.filter((_interval, index) => index % 7 === piece),
      readings: [],
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...pieces, ...pieces], { minLength: 14 }), (order) => {
        const keeper = new Bookkeeper();
        for (const piece of order) keeper.post(piece, whole.reportedAt);
        expect(keeper.books.joules).toBe(array.joules_total);
      }),
      { numRuns: 15 },
    );
  });
});

describe("a report that is current", () => {
  const backfill = interval(9, {
    endDate: noon - 40_000,
    intervalDurationS: 56_400,
    statDurationS: 56_400,
    stats: [5_640_000],
  });

  it("with a long old interval in it: power of the 300 s alone, energy of all", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ intervals: [backfill, interval(1)] }));
    expect(keeper.value(pcu("121"), "power")).toBe(100);
    expect(keeper.value(envoy, "power")).toBe(100);
    expect(keeper.value(envoy, "energy_total")).toBe(1_574.833);
    expect(keeper.value(envoy, "catching_up")).toBe(false);
    expect(keeper.value(envoy, "data_delay")).toBe(0);
  });

  it("announces the Envoy before its inverters, however they are known", () => {
    const { devices } = new Bookkeeper().post(
      report({
        devices: [device("4")],
        events: [event(1, { eqid: eqid("3") })],
        readings: [reading(1, { eqid: eqid("2.1") })],
        intervals: [interval(1)],
      }),
    );
    expect(devices.map(({ description }) => description.id)).toEqual([envoy, pcu("4"), pcu("121"), pcu("2"), pcu("3")]);
  });

  it("played again later shows no power, but what it still has to count", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ intervals: [interval(1)] }), noon + 700);
    expect([keeper.value(envoy, "power"), keeper.value(envoy, "energy_total")]).toEqual([null, 8.167]);
  });

  it("that is a repeat shows again what is still current: its first outcome may have been lost in a crash", () => {
    const keeper = new Bookkeeper();
    const one = report({ intervals: [interval(1)], readings: [reading(1)] });
    const live = (readings: ReturnType<Bookkeeper["post"]>["readings"]) =>
      readings.filter(({ device: id }) => id === pcu("121"));
    const first = live(keeper.post(one, noon + 1).readings);
    expect(live(keeper.post(one, noon + 1).readings)).toEqual(first);
  });

  it("with an older one behind it goes on showing the newer values", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ reportedAt: noon + 300, intervals: [interval(2, { endDate: noon + 300, stats: [58_800] })] }));
    keeper.post(report({ intervals: [interval(1)] }), noon + 310);
    expect(keeper.value(pcu("121"), "power")).toBe(200);
    expect(keeper.value(envoy, "last_report")).toBe("2025-06-15T15:10:00.000Z");
  });

  it("drops an inverter from the array's power 900 s after its last datum", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ intervals: [interval(1), interval(2, { eqid: eqid("122.1") })] }));
    expect(keeper.value(envoy, "power")).toBe(200);
    const later = noon + 900;
    keeper.post(report({ reportedAt: later, intervals: [interval(3, { endDate: later })] }));
    expect([keeper.value(envoy, "power"), keeper.value(envoy, "inverters_reporting")]).toEqual([100, 1]);
  });

  it("is believed though the Envoy's clock is wrong, once that is certain, and expires by this host's clock", () => {
    const keeper = new Bookkeeper();
    const offsetS = 7_200;
    const last = [0, 300, 600].map((later, id) =>
      keeper.post(
        report({ reportedAt: noon + later, intervals: [interval(id, { endDate: noon + later })] }),
        noon + later + offsetS,
      ),
    );
    expect(last.map(({ readings }) => readings[0]?.values.power)).toEqual([null, null, 100]);
    expect(last[2]?.readings[0]?.expiresAt).toBe(at(noon + 600 + offsetS + 900));
    expect(keeper.value(envoy, "clock_offset")).toBe(offsetS);
  });
});

describe("night", () => {
  const dusk = event(1, { date: noon - 5, state: 2 });
  const dawn = event(2, { date: noon + 36_000, state: 1, correlationId: 1 });

  it("is 0 W while an inverter sleeps, unknown after it woke, and energy stays", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ intervals: [interval(1)] }));
    keeper.post(report({ reportedAt: noon + 60, events: [dusk] }));
    expect(keeper.state.get(pcu("121"))).toMatchObject({
      power: 0,
      sleeping: true,
      energy_total: 8.167,
      problem: false,
    });
    expect(keeper.value(envoy, "power")).toBe(0);
    keeper.post(report({ reportedAt: noon + 36_010, events: [dawn] }));
    expect(keeper.state.get(pcu("121"))).toMatchObject({ power: null, sleeping: false, energy_total: 8.167 });
    expect(keeper.value(envoy, "power")).toBeNull();
  });

  it("leaves no catching up behind: a report with events alone has nothing to catch up", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ intervals: [interval(1, { endDate: noon - 90_000 })] }));
    expect(keeper.value(envoy, "catching_up")).toBe(true);
    keeper.post(report({ reportedAt: noon + 300, events: [dusk] }));
    expect(keeper.value(envoy, "catching_up")).toBe(false);
  });
});

describe("conditions over time", () => {
  it("grid instability becomes a problem when it stays open, though nobody speaks of the inverter again", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ events: [event(1, { code: 101, eqid: eqid("121.1"), date: noon })] }));
    expect(keeper.value(pcu("121"), "problem")).toBe(false);
    keeper.post(report({ reportedAt: noon + 1_900, intervals: [interval(1, { eqid: eqid("122.1") })] }));
    expect(keeper.value(pcu("121"), "problem")).toBe(true);
  });

  it("an inverter that failed to report shows no sign of life by that", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ events: [event(1, { code: 10000 })] }));
    const { readings } = keeper.post(
      report({ reportedAt: noon + 300, intervals: [interval(1, { eqid: eqid("122.1") })] }),
    );
    expect(readings.map(({ device: id }) => id)).not.toContain(pcu("121"));
    expect(keeper.value(pcu("121"), "problem")).toBe(true);
  });
});

describe("counting reports", () => {
  it("E30: by their time where nothing in them could be known", () => {
    const keeper = new Bookkeeper();
    for (const later of [0, 0, 300, 300, 600]) keeper.post(report({ reportedAt: noon + later }), noon + 600);
    expect(keeper.state.get(envoy)).toMatchObject({ reports: 3, repeats_ignored: 2 });
  });

  it("E32: several Envoys have books of their own", () => {
    const other = report({ envoy: { serialNum: "999" }, intervals: [interval(1, { eqid: eqid("555.1") })] });
    const [first, second] = [new Bookkeeper(), new Bookkeeper()];
    first.post(report({ intervals: [interval(1)] }));
    second.post(other);
    expect([...first.state.keys()]).toEqual([envoy, pcu("121")]);
    expect([...second.state.keys()]).toEqual(["envoy_999", pcu("555")]);
  });
});

describe("recorded reports", () => {
  it("count the same energy in any mix with reports of the Envoy itself, in any order and number", () => {
    const step = fc.record({ number: fc.nat(11), isRecorded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const keeper = new Bookkeeper();
        for (const { number, isRecorded } of steps) {
          const endDate = noon + number * 300;
          const given = report({ reportedAt: endDate, intervals: [interval(number, { endDate })] });
          if (isRecorded) keeper.enter(given, noon + 86_400);
          else keeper.post(given);
        }
        const expected = new Set(steps.map(({ number }) => number)).size * 29_400;
        expect(keeper.books.joules ?? 0).toBe(expected);
      }),
    );
  });

  it("say what was counted, and give back the very books where nothing was", () => {
    const keeper = new Bookkeeper();
    const both = report({ intervals: [interval(1), interval(2, { endDate: noon - 300 })] });
    expect(keeper.enter(both, noon).counts).toEqual({ added: 2, known: 0, energyWh: 58_800 / 3600 });
    const { books } = keeper;
    const again = recordedPosting(both).apply(books, at(noon));
    expect(again.counts).toEqual({ added: 0, known: 2, energyWh: 0 });
    expect(again.books).toBe(books);
  });

  it("show and fire nothing, and leave conditions, flags, clock and counts of repeats alone", () => {
    const keeper = new Bookkeeper();
    keeper.post(report({ intervals: [interval(1)], events: [event(1, { state: 1 })], devices: [device("121")] }));
    const before = keeper.books;
    const later = report({
      reportedAt: noon + 300,
      intervals: [interval(1)],
      readings: [reading(9, { date: noon + 290 })],
      events: [event(2, { state: 2, date: noon + 200 })],
      devices: [device("121", { conditionFlags: 1 })],
    });
    const outcome = keeper.enter(later, noon + 300);
    expect(outcome).toMatchObject({ devices: [], readings: [], events: [] });
    const { identity: _then, ...after } = keeper.books;
    const { identity: _now, ...same } = before;
    expect(after).toEqual(same);
  });
});

it("says what was wrong in kinds of its table", () => {
  const bad = [interval(1, { stats: [1, 2] }), interval(2, { stats: [-5] }), interval(3), interval(4)];
  const { anomalies: found } = new Bookkeeper().post(report({ intervals: bad }));
  expect(kinds(found)).toEqual(["stats_unreadable", "implausible_value", "interval_overlaps"]);
  expect(found.every(({ kind, device: id }) => kind in anomalies && id === envoy)).toBe(true);
});
