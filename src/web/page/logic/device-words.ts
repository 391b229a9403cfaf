import type { overview as english } from "../../../texts/en/overview.js";
import type { Wording } from "../../../texts/wording.js";
import type { DeviceSummary, RelayView, ValueView } from "../../api-types.js";
import type { Speech } from "./speech.js";

export type OverviewTexts = Wording<typeof english>;

/** Colour and shape of what is shown: `ok`, `idle` for what rests, `warn` and `bad` for what is wrong. */
export type Tone = "ok" | "idle" | "warn" | "bad";

export interface Told {
  readonly tone: Tone;
  /** Two or three words. */
  readonly label: string;
}

/** A device's state in a word or two. */
export function deviceState(device: DeviceSummary, texts: OverviewTexts): Told {
  if (device.status === "offline") return { tone: "bad", label: texts.states.offline };
  if (isUnread(device)) return { tone: "warn", label: texts.states.unread };
  if (device.status === "asleep") return { tone: "idle", label: texts.states.asleep };
  return { tone: device.problems.length > 0 ? "warn" : "ok", label: texts.states.online };
}

export interface DeviceContext {
  readonly speech: Speech;
  readonly texts: OverviewTexts;
  readonly now: number;
  /** The name of another device, by its id. */
  readonly nameOf: (id: string) => string;
}

/** A device's state in one sentence or two. */
export function deviceSentence(device: DeviceSummary, { speech, texts, now, nameOf }: DeviceContext): string {
  const { sentences } = texts;
  if (device.status === "offline") return speech.fill(sentences.offline, { time: speech.moment(device.lastSeen, now) });
  if (isUnread(device)) return sentences.unread;
  if (device.status === "asleep") return sentences.asleep;
  if (device.via !== undefined) return speech.fill(sentences.via, { name: nameOf(device.via) });
  return `${cloudSentence(device, texts)}${waitingWords(device, speech, texts)}`;
}

function cloudSentence({ cloud }: DeviceSummary, { sentences }: OverviewTexts): string {
  if (cloud === undefined) return sentences.online;
  if (cloud.policy === "local") return sentences.local;
  return cloud.mode === "local" ? sentences.standIn : sentences.relay;
}

function waitingWords({ cloud }: DeviceSummary, speech: Speech, texts: OverviewTexts): string {
  const waiting = cloud?.waiting ?? 0;
  return waiting === 0 ? "" : ` ${speech.count(texts.sentences.waiting, waiting)}`;
}

/** Who answers a device; undefined where that is another device's affair, or nobody asks. */
export function cloudState({ cloud, status }: DeviceSummary, texts: OverviewTexts): Told | undefined {
  if (cloud === undefined || status === "offline") return undefined;
  if (cloud.policy === "local") return { tone: "idle", label: texts.clouds.local };
  if (cloud.mode === "local") return { tone: "warn", label: texts.clouds.standIn };
  return { tone: "ok", label: texts.clouds.relay };
}

/** A relay's state in one sentence. */
export function relayState(relay: RelayView, speech: Speech, texts: OverviewTexts): Told {
  const { relays } = texts;
  switch (relay.status) {
    case "failed":
      return { tone: "bad", label: speech.fill(relays.failed, { error: relay.error ?? "" }).trim() };
    case "silent":
      return { tone: "warn", label: relays.silent };
    case "waiting":
      return { tone: "idle", label: relays.waiting };
    case "active":
      return {
        tone: "ok",
        label: relay.sessionsOpen === 0 ? relays.between : speech.count(relays.active, relay.sessionsOpen),
      };
  }
}

/** The value whose course is drawn comes first; it is the one that is shown large. */
export function highlightsOf({ highlights, sparkline }: DeviceSummary): readonly ValueView[] {
  const isDrawn = ({ key }: ValueView): boolean => key === sparkline?.key;
  return [...highlights.filter(isDrawn), ...highlights.filter((view) => !isDrawn(view))];
}

function isUnread({ encryption }: DeviceSummary): boolean {
  return encryption !== undefined && encryption.state !== "readable";
}
