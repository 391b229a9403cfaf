import { describe, expect, it } from "vitest";
import { takeIdentity, takeInventory } from "../../../src/protocols/envoy/inventory.js";
import type { PerfReport } from "../../../src/protocols/envoy/report.js";
import { device, entryOf, envoySerial, eqid, noon, report } from "./reports.js";

function firmwareAfter(...reports: readonly (readonly [PerfReport, number])[]): string | undefined {
  let books = entryOf(report()).books;
  for (const [one, nowS] of reports) {
    const entry = entryOf(one, nowS, books);
    takeIdentity(entry.books, one, entry.clock);
    books = entry.books;
  }
  return books.identity?.swVersion;
}

function firmware(swVersion: string, reportedAt: number): PerfReport {
  return report({ reportedAt, envoy: { serialNum: envoySerial, swVersion } });
}

describe("the Envoy's own words", () => {
  it("E31: a later report brings a new firmware", () => {
    expect(firmwareAfter([firmware("R3.0", noon), noon], [firmware("R3.12", noon + 300), noon + 300])).toBe("R3.12");
  });

  it("E31: an old report that comes late does not bring the old one back", () => {
    expect(firmwareAfter([firmware("R3.12", noon), noon], [firmware("R3.0", noon - 90_000), noon + 300])).toBe("R3.12");
  });

  it("stay where a report does not repeat them", () => {
    const bare = report({ reportedAt: noon + 300, envoy: { serialNum: envoySerial } });
    expect(firmwareAfter([firmware("R3.0", noon), noon], [bare, noon + 300])).toBe("R3.0");
  });
});

describe("the inventory", () => {
  const flagged = (flags: number, reportedAt: number) =>
    report({
      reportedAt,
      devices: [device("121", { conditionFlags: flags, channels: [{ eqid: eqid("121.2"), conditionFlags: 16 }] })],
    });

  it("E31: a later report brings new flags, an old one that comes late does not", () => {
    const entry = entryOf(flagged(1, noon));
    takeInventory(entry);
    takeInventory(entryOf(flagged(2, noon + 300), noon + 300, entry.books));
    takeInventory(entryOf(flagged(3, noon - 90_000), noon + 300, entry.books));
    expect(entry.books.inverters.get("121")).toEqual({
      partNum: "800-00103-r05",
      flagsAt: noon + 300,
      conditionFlags: 2,
      channelFlags: { "2": 16 },
    });
  });

  it("does not make an inverter of the Envoy, and takes none away that is missing", () => {
    const entry = entryOf(report({ devices: [device(envoySerial), device("121")] }));
    takeInventory(entry);
    takeInventory(entryOf(report({ devices: [device("122")] }), noon, entry.books));
    expect([...entry.books.inverters.keys()]).toEqual(["121", "122"]);
  });
});
