import { describe, expect, it } from "vitest";
import { problems as german } from "../../../../src/texts/de/problems.js";
import { time as germanTime } from "../../../../src/texts/de/time.js";
import { problems } from "../../../../src/texts/en/problems.js";
import { time } from "../../../../src/texts/en/time.js";
import type { ProblemView } from "../../../../src/web/api-types.js";
import { problemWords } from "../../../../src/web/page/logic/problem-words.js";
import { createSpeech } from "../../../../src/web/page/logic/speech.js";

const now = Date.UTC(2026, 10, 21, 13);
const nameOf = (id: string) => (id === "d1" ? "Roof" : id);
const english = { speech: createSpeech("en", time, "UTC"), texts: problems, now, nameOf };

function problem(code: string, facts: ProblemView["facts"]): ProblemView {
  return { code, severity: "warning", facts, text: "Server's words.", remedy: "Server's advice." };
}

/** Every code that the server may send, with its facts. */
const known: Readonly<Record<string, ProblemView["facts"]>> = {
  relay_failed: { relay: "roof", error: "port 10000 is taken" },
  relay_silent: { relay: "roof", minutes: 25 },
  relay_waiting: { relay: "roof", port: 10000 },
  device_offline: { device: "d1", since: now - 3_600_000 },
  device_unread: { device: "d1", reason: "it refuses" },
  cloud_away: { relay: "roof", host: "a.example:1", detail: "timed out" },
  broker_away: { url: "mqtt://b" },
  capture_problem: { detail: "disk full" },
  splunk_problem: { detail: "403" },
  spool_problem: { detail: "disk full" },
  outbox_waiting: { device: "d1", count: 2 },
  store_failed: { detail: "disk full" },
  intercept_problem: { detail: "no right" },
  name_server_failed: { detail: "port 53 is taken" },
};

describe("problems in words", () => {
  it("fill in what is known of them", () => {
    const said = (code: string) => problemWords(problem(code, known[code] ?? {}), english).text;
    expect(said("relay_silent")).toBe("For 25 min no device has called at roof.");
    expect(said("relay_waiting")).toBe("No device has called at roof yet (port 10000).");
    expect(said("device_offline")).toBe("Roof has been silent since 21 Nov, 12:00.");
    expect(said("outbox_waiting")).toBe("2 reports of Roof wait for its cloud.");
    expect(problemWords(problem("outbox_waiting", { device: "d1", count: 1 }), english).text).toBe(
      "1 report of Roof waits for its cloud.",
    );
  });

  it("have words for every code, without a gap left open, in both languages", () => {
    expect(Object.keys(problems).sort()).toEqual(Object.keys(known).sort());
    const inGerman = { ...english, speech: createSpeech("de", germanTime, "UTC"), texts: german };
    for (const context of [english, inGerman]) {
      for (const [code, facts] of Object.entries(known)) {
        const words = problemWords(problem(code, facts), context);
        expect(words.isOwn).toBe(true);
        expect(`${words.text} ${words.remedy}`).not.toMatch(/[{}]/);
        expect(words.remedy).not.toBe("");
      }
    }
  });

  it("are said as the server does where they are not known", () => {
    for (const code of ["brand_new", "toString"]) {
      const words = problemWords(problem(code, {}), english);
      expect(words).toEqual({ text: "Server's words.", remedy: "Server's advice.", isOwn: false });
    }
  });
});
