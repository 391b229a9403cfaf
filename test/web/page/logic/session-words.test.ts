import { describe, expect, it } from "vitest";
import { page } from "../../../../src/texts/en/page.js";
import { sessions } from "../../../../src/texts/en/sessions.js";
import { time } from "../../../../src/texts/en/time.js";
import type { SessionView } from "../../../../src/web/api-types.js";
import { closeWords, legWords, searchableSession, sessionName } from "../../../../src/web/page/logic/session-words.js";
import { createSpeech } from "../../../../src/web/page/logic/speech.js";

const speech = createSpeech("en", time, "UTC");
const session: SessionView = {
  ...{ id: "1-2", relay: "roof", protocol: "solarman", devices: ["a", "b"], openedAt: 0 },
  ...{ frames: 0, anomalies: 0, lastByteAt: 0, serverName: "cloud.example" },
};

describe("sessions in words", () => {
  it("are named by their devices, as far as these are known", () => {
    expect(sessionName(session, (id) => id.toUpperCase(), sessions)).toBe("A, B");
    expect(sessionName({ ...session, devices: [] }, (id) => id, sessions)).toBe("Not known yet");
  });

  it("say who closed them and how, a new way by its own name", () => {
    const closed = (how: string) =>
      closeWords({ ...session, closed: { at: 12_000, by: "cloud", how, detail: "" } }, speech, sessions);
    expect(closed("reset")).toBe("Broken off by the cloud, after 12 s");
    expect(closed("vanished")).toBe("vanished by the cloud, after 12 s");
    expect(closeWords(session, speech, sessions)).toBeUndefined();
  });

  it("say where a leg leads and how it is protected", () => {
    const leg = {
      local: "a:1",
      remote: "b:2",
      security: "splice" as const,
      openedAt: 0,
      bytesReceived: 0,
      bytesSent: 0,
    };
    expect(legWords(leg, sessions, page)).toBe("b:2, encrypted, passed on unread");
    expect(legWords(undefined, sessions, page)).toBe("none");
  });

  it("are found by all that names them", () => {
    expect(searchableSession(session, "Roof")).toBe("1-2 Roof roof solarman cloud.example");
  });
});
