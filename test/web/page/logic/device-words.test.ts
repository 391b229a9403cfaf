import { describe, expect, it } from "vitest";
import { overview } from "../../../../src/texts/en/overview.js";
import { time } from "../../../../src/texts/en/time.js";
import type { DeviceSummary, RelayView } from "../../../../src/web/api-types.js";
import {
  cloudState,
  deviceSentence,
  deviceState,
  highlightsOf,
  relayState,
} from "../../../../src/web/page/logic/device-words.js";
import { createSpeech } from "../../../../src/web/page/logic/speech.js";

const now = Date.UTC(2026, 10, 21, 13);
const speech = createSpeech("en", time, "UTC");
const context = { speech, texts: overview, now, nameOf: (id: string) => `the ${id}` };

function device(facts: Partial<DeviceSummary> = {}): DeviceSummary {
  return {
    ...{ id: "d", name: "D", protocol: "solarman", relay: "roof", status: "online", available: true },
    ...{ lastSeen: now, intervalS: 300, highlights: [], problems: [] },
    cloud: { policy: "auto", mode: "relay", waiting: 0 },
    ...facts,
  };
}

const problem = { code: "x", severity: "warning" as const, facts: {}, text: "", remedy: "" };
const encryption = { state: "refused" as const, since: now, reason: "", target: "" };

describe("a device in words", () => {
  it("has a state in a word or two", () => {
    const state = (facts: Partial<DeviceSummary>) => deviceState(device(facts), overview);
    expect(state({})).toEqual({ tone: "ok", label: "Reports" });
    expect(state({ problems: [problem] })).toEqual({ tone: "warn", label: "Reports" });
    expect(state({ status: "asleep" })).toEqual({ tone: "idle", label: "Asleep" });
    expect(state({ status: "offline", encryption })).toEqual({ tone: "bad", label: "Silent" });
    expect(state({ encryption })).toEqual({ tone: "warn", label: "Encrypted" });
    expect(state({ encryption: { ...encryption, state: "readable" } })).toEqual({ tone: "ok", label: "Reports" });
  });

  it("has a sentence for each of its states", () => {
    const sentence = (facts: Partial<DeviceSummary>) => deviceSentence(device(facts), context);
    expect(sentence({})).toBe("It reports here and to its cloud.");
    expect(sentence({ status: "asleep" })).toMatch(/^It sleeps/);
    expect(sentence({ status: "offline", lastSeen: now - 3_600_000 })).toBe("It has been silent since 21 Nov, 12:00.");
    expect(sentence({ encryption })).toMatch(/encrypted/);
    expect(sentence({ via: "envoy" })).toBe("It reports through the envoy.");
    expect(sentence({ cloud: { policy: "local", mode: "local", waiting: 0 } })).toMatch(/as you wanted/);
    expect(sentence({ cloud: { policy: "auto", mode: "local", waiting: 2 } })).toBe(
      "It reports here. Its cloud is away, so Cloudtap answers in its place. 2 reports wait for the cloud to come back.",
    );
    const { cloud: _cloud, ...without } = device();
    expect(deviceSentence(without, context)).toBe("It reports here.");
  });

  it("says who answers it, unless nobody does", () => {
    const state = (facts: Partial<DeviceSummary>) => cloudState(device(facts), overview)?.label;
    expect(state({})).toBe("Its cloud answers");
    expect(state({ cloud: { policy: "relay", waiting: 0 } })).toBe("Its cloud answers");
    expect(state({ cloud: { policy: "local", waiting: 0 } })).toBe("Cloudtap answers");
    expect(state({ cloud: { policy: "auto", mode: "local", waiting: 0 } })).toBe("Cloudtap stands in");
    expect(state({ status: "offline" })).toBeUndefined();
  });
});

describe("values that people want", () => {
  const view = (key: string) => ({ key, name: key, value: 1 });
  const highlights = ["mode", "power", "energy"].map(view);

  it("begin with the one whose course is drawn", () => {
    const sparkline = { key: "power", name: "Power", points: [] };
    const keys = (facts: Partial<DeviceSummary>) =>
      highlightsOf(device({ highlights, ...facts })).map(({ key }) => key);
    expect(keys({ sparkline })).toEqual(["power", "mode", "energy"]);
    expect(keys({})).toEqual(["mode", "power", "energy"]);
  });
});

describe("a relay in words", () => {
  const relay: RelayView = {
    ...{ name: "roof", protocol: "solarman", listen: "0.0.0.0:10000", upstream: "a:1", cloud: "auto", control: false },
    ...{ status: "active", sessionsOpen: 1, sessionsStarted: 1, turnedAway: 0 },
  };

  it("is used, waits, is silent, or does not listen", () => {
    const state = (facts: Partial<RelayView>) => relayState({ ...relay, ...facts }, speech, overview);
    expect(state({})).toEqual({ tone: "ok", label: "In use: 1 connection open" });
    expect(state({ sessionsOpen: 0 })).toEqual({ tone: "ok", label: "In use: no connection just now" });
    expect(state({ status: "waiting" }).tone).toBe("idle");
    expect(state({ status: "silent" }).tone).toBe("warn");
    expect(state({ status: "failed", error: "port taken" })).toEqual({
      tone: "bad",
      label: "Not listening. port taken",
    });
    expect(state({ status: "failed" }).label).toBe("Not listening.");
  });
});
