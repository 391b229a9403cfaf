import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { DeviceNotes } from "../../../src/protocols/websentry/device-notes.js";
import { encodeQuery } from "../../../src/protocols/websentry/encoder.js";
import { LocalCloud } from "../../../src/protocols/websentry/local-cloud.js";
import { decodeMessage } from "../../../src/protocols/websentry/messages.js";
import { idsOf } from "../../../src/protocols/websentry/property-table.js";
import { headerBytes } from "../../../src/protocols/websentry/splitter.js";
import { hex } from "./dialogue.js";

const now = Date.UTC(2026, 5, 21) as EpochMs;

/** Takes each query as asked, until the end. */
function play(notes: DeviceNotes, asked = new Set<number>(), flagsBefore: number | undefined = 7) {
  const cloud = new LocalCloud(notes);
  const queries: (readonly number[])[] = [];
  for (;;) {
    const { frames, end } = cloud.next({ flagsBefore, asked }, now);
    if (end) return { queries, frames };
    for (const frame of frames) {
      const message = decodeMessage(frame.subarray(headerBytes), "cloud-to-device");
      const ids = message.type === "query" ? message.ids : [];
      queries.push(ids);
      for (const id of ids) asked.add(id);
    }
  }
}

describe("the local cloud", () => {
  it("begins byte for byte as the vendor's", () => {
    const { frames } = new LocalCloud(new DeviceNotes()).next({ flagsBefore: undefined, asked: new Set() }, now);
    expect(frames.map(hex)).toEqual([hex(encodeQuery(idsOf("identity")))]);
    expect(hex(frames[0] ?? new Uint8Array())).toMatch(/^70839ed96400310201000f/);
  });

  it("asks one question at a time and closes behind the last", () => {
    const notes = new DeviceNotes({ flags: 7, settings_read: true });
    expect(play(notes).queries).toHaveLength(5);
  });

  it("remembers that it has read everything, so that the next session is short", () => {
    const notes = new DeviceNotes({ flags: 7 });
    expect(play(notes).queries.length).toBeGreaterThan(15);
    expect(play(notes).queries).toHaveLength(5);
  });

  it("reads the settings again when something was written in between", () => {
    const notes = new DeviceNotes({ flags: 7, settings_read: true });
    const cloud = new LocalCloud(notes);
    const asked = new Set<number>();
    cloud.next({ flagsBefore: 7, asked }, now);
    for (const id of idsOf("identity")) asked.add(id);
    notes.settingsRead = false;
    const rest = [];
    for (
      let turn = cloud.next({ flagsBefore: 7, asked }, now);
      !turn.end;
      turn = cloud.next({ flagsBefore: 7, asked }, now)
    )
      rest.push(turn);
    expect(rest.length).toBeGreaterThan(15);
  });
});
