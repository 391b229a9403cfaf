import { describe, expect, it } from "vitest";
import { TableView } from "../../src/cli/decoded-text.js";
import type { EpochUs } from "../../src/model/recording.js";
import { capturedLeg, frameItem, fullFrame, shownAt, shownSession, undatedLeg } from "./shown-session.js";

const hexFile = shownSession(undatedLeg);
const captured = shownSession(capturedLeg, { number: 2 });
const secondUs = 1_000_000;

describe("TableView", () => {
  it("gives a row a fact, with units, and the line where the recording has no times", () => {
    expect(new TableView().render(frameItem(hexFile), "f.txt")).toBe(
      `   12  #1   < cloud       2 B  command          interval 1
       command: report every 60 s
       device blueprint_1: Meter
       reading of blueprint_1, 2026-06-21T10:00:00.000Z
         power  400 W
         note   unknown
       reading of blueprint_1, at an unknown time, stored
         power  1 W
       reading of blueprint_1, at an impossible time, stored
       event alarm of blueprint_1 {"code":7}
       anomaly garbage: why
`,
    );
  });

  it("says when a frame came, and where a day begins", () => {
    const view = new TableView();
    const item = frameItem(captured, { ...fullFrame, decoded: { ...fullFrame.decoded, ...nothing } });
    const first = view.render(item, "f.pcapng");
    expect(first).toBe("--- 2026-06-21, UTC\n10:00:00.000123  #2   < cloud       2 B  command          interval 1\n");
    expect(view.render(item, "f.pcapng")).not.toContain("UTC");
    const nextDay = (shownAt + 86_400 * secondUs) as EpochUs;
    expect(view.render({ type: "end", session: captured, at: nextDay, ending: "reset-by-cloud" }, "")).toBe(
      "--- 2026-06-22, UTC\n--- session 2 ends: reset by the cloud\n",
    );
  });

  it("says what a session is when it begins", () => {
    const view = new TableView();
    expect(view.render({ type: "session", session: hexFile }, "f.txt")).toBe("--- session 1: f.txt: blueprint\n");
    expect(view.render({ type: "session", session: captured }, "f.pcapng")).toContain(
      "--- session 2: 192.168.1.50:41234 to [2001:db8::1]:7000: blueprint; relay meter, device leg of ab12cd-1, capture: always\n",
    );
  });

  it.each([
    ["tls", "TLS, which only its keys open; docs/captures.md says how"],
    ["unknown", "of a protocol that is not known; say which with --protocol"],
    ["empty", "nothing was said"],
  ] as const)("says why nothing of a session is decoded: %s", (type, words) => {
    const session = shownSession(undatedLeg, { verdict: { type }, complete: false });
    expect(new TableView().render({ type: "session", session }, "f")).toBe(
      `--- session 1: f: ${words}; begun before the recording\n`,
    );
  });

  it("says which bytes the recording lacks", () => {
    const lost = { type: "lost", session: hexFile, direction: "cloud-to-device", bytes: 7, at: shownAt } as const;
    expect(new TableView().render(lost, "")).toBe("--- session 1: 7 bytes from the cloud are not in the recording\n");
  });

  it("shows the bytes of what is no frame", () => {
    const item = frameItem(hexFile, { ...fullFrame, whole: false });
    expect(new TableView().render(item, "")).toContain("       hex b17e\n");
  });

  it("A19: shows the bytes of every frame where that is asked for", () => {
    const view = new TableView(({ bytes }, { name }) => `${name}: ${bytes.length} bytes\n`);
    expect(view.render(frameItem(hexFile), "")).toMatch(/anomaly garbage: why\n {7}blueprint: 2 bytes\n$/);
    const collected = frameItem(hexFile, { ...fullFrame, bytes: new Uint8Array(0) });
    expect(view.render(collected, "")).not.toContain("blueprint:");
  });
});

const nothing = { command: { classes: [], keys: [] }, devices: [], readings: [], events: [], anomalies: [] };
