import { describe, expect, it } from "vitest";
import { Room } from "../../../src/sinks/prometheus/room.js";
import { recordLog } from "../../support/log-recorder.js";

describe("room for series", () => {
  it("is given until there is none, and once more when some is given back", () => {
    const room = new Room(3, recordLog().log);
    expect(room.take(2)).toBe(true);
    expect(room.take(2)).toBe(false);
    expect(room.take(1)).toBe(true);
    room.give(2);
    expect(room.take(2)).toBe(true);
  });

  it("is missed once in the log", () => {
    const logs = recordLog();
    const room = new Room(1, logs.log);
    room.take(1);
    expect(room.isCut).toBe(false);
    room.take(1);
    room.take(1);
    expect(room.isCut).toBe(true);
    expect(logs.of("too many series, further values are not in the metrics")).toHaveLength(1);
  });
});
