import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Types and tables of facts: nothing in them runs, so no test of their own would say anything. */
const withoutTwin = [
  /^model\//,
  /\/(anomalies|entities|enums|fields|kinds|messages|properties[a-z-]*)\.ts$/,
  /^protocols\/[^/]+\/(index|live)\.ts$/,
  /^protocols\/(live-)?registry\.ts$/,
  /^composition\/page\/whole-registry\.ts$/,
  /^protocols\/(websentry\/properties|solarman\/fields)\//,
  /^wire\/(leg-interfaces|wire-error)\.ts$/,
  /^intercept\/(interception|options|packet-filter)\.ts$/,
  /^sinks\/capture\/(moment|options)\.ts$/,
  /^sinks\/prometheus\/(families|own-metrics)\.ts$/,
  /^sinks\/spool\/spool-item\.ts$/,
  /^sinks\/splunk\/options\.ts$/,
  /^web\/(api-types|api-requests|limits|sources)\.ts$/,
  /^web\/schemas\/(?!schema\.ts$)/,
  // What makes the page's elements is tested in a browser.
  /^web\/page\/(parts|views)\/|^web\/page\/(early|main)\.ts$/,
  /^texts\//,
  /^relay\/(gate\/gate-messages|passage|relay-options)\.ts$/,
];
const testsWithoutSource = [/^addon\//, /^support\//, /^integration\//, /^architecture\//, /^golden\//, /^browser\//];
const tables = /\/(anomalies|entities|enums|fields|properties[a-z-]*|schema)\.ts$|\/(properties|fields)\//;

function files(folder: string, prefix = ""): readonly string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? files(folder, path) : [path];
  });
}

const sources = files("src").filter((path) => path.endsWith(".ts"));
const tests = files("test").filter((path) => path.endsWith(".test.ts"));

describe("layout", () => {
  it("gives every source file with logic a test of the same name", () => {
    const missing = sources
      .filter((path) => !withoutTwin.some((pattern) => pattern.test(path)))
      .filter((path) => !tests.includes(path.replace(/\.ts$/, ".test.ts")));
    expect(missing).toEqual([]);
  });

  it("has no test without the source file that it names", () => {
    const stray = tests
      .filter((path) => !testsWithoutSource.some((pattern) => pattern.test(path)))
      .filter((path) => path !== "protocols/every-protocol.test.ts")
      .filter((path) => !sources.includes(path.replace(/\.test\.ts$/, ".ts")));
    expect(stray).toEqual([]);
  });

  it("keeps source files under 400 lines, tables apart", () => {
    const long = sources
      .filter((path) => !tables.test(`/${path}`))
      .filter((path) => readFileSync(join("src", path), "utf8").split("\n").length > 400);
    expect(long).toEqual([]);
  });

  it("has no file that the app store would take for another app", () => {
    const taken = files("src")
      .concat(files("test"), files("docs"), files("tools"))
      .filter((path) => /(^|\/)config\.(yaml|yml|json)$/.test(path));
    expect(taken).toEqual([]);
  });
});
