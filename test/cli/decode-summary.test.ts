import { expect, it } from "vitest";
import { DecodeSummary } from "../../src/cli/decode-summary.js";
import { frameItem, fullFrame, shownAt, shownSession, undatedLeg } from "./shown-session.js";

const session = shownSession(undatedLeg);

it("counts sessions, frames, readings and anomalies", () => {
  const summary = new DecodeSummary();
  expect(`${summary}`).toBe("0 sessions, 0 frames, 0 readings, 0 anomalies");
  summary.count({ type: "session", session });
  summary.count(frameItem(session));
  // What a conversation had collected is no frame.
  summary.count(frameItem(session, { ...fullFrame, bytes: new Uint8Array(0) }));
  expect(`${summary}`).toBe("1 session, 1 frame, 6 readings, 2 anomalies");
  expect(summary.unknownSessions).toBe(0);
});

it("names what could not be read only where there was any", () => {
  const summary = new DecodeSummary();
  for (const type of ["tls", "tls", "unknown", "empty"] as const) {
    summary.count({ type: "session", session: shownSession(undatedLeg, { verdict: { type } }) });
  }
  summary.count({ type: "lost", session, direction: "cloud-to-device", bytes: 1, at: shownAt });
  expect(`${summary}`).toBe(
    "4 sessions, 0 frames, 0 readings, 0 anomalies, 1 byte not in the recording, 2 sessions encrypted, 1 session of no known protocol",
  );
  expect(summary.unknownSessions).toBe(1);
});
