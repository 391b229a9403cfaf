import type { SessionView } from "../../api-types.js";
import { closeWords, legWords, sessionName } from "../logic/session-words.js";
import type { ViewContext } from "../parts/context.js";
import { el, fillWith, setText } from "../parts/dom.js";
import type { DeviceNames } from "../parts/names.js";

/** Who talks to whom in a session, and how much was said. */
export class SessionFacts {
  readonly #title = el("h1");
  readonly #lead = el("p", { class: "lead" });
  readonly head = el("div", {}, this.#title, this.#lead);
  readonly #list = el("dl", { class: "facts across" });
  readonly element = el("div", { class: "card" }, this.#list);
  readonly #context: ViewContext;
  readonly #names: DeviceNames;
  #session: SessionView | undefined;

  constructor(context: ViewContext, id: string, names: DeviceNames) {
    const { texts, speech } = context;
    this.#context = context;
    this.#names = names;
    setText(this.#title, speech.fill(texts.sessions.frames.title, { id }));
    names.onRead(() => (this.#session === undefined ? undefined : this.show(this.#session)));
  }

  show(session: SessionView): void {
    const { texts, speech, now } = this.#context;
    const { sessions } = texts;
    this.#session = session;
    const state =
      closeWords(session, speech, sessions) ??
      speech.fill(texts.page.since, { time: speech.moment(session.openedAt, now()) });
    setText(this.#lead, `${sessionName(session, this.#names.of, sessions)} · ${session.relay} · ${state}`);
    const amount = [
      speech.fill(sessions.fromDevice, { bytes: speech.bytes(session.device?.bytesReceived ?? 0) }),
      speech.fill(sessions.fromCloud, { bytes: speech.bytes(session.cloud?.bytesReceived ?? 0) }),
    ];
    const rows: readonly (readonly [string, string | undefined])[] = [
      [sessions.frames.deviceLeg, legWords(session.device, sessions, texts.page)],
      [sessions.frames.cloudLeg, legWords(session.cloud, sessions, texts.page)],
      [sessions.columns.bytes, speech.list(amount)],
      [sessions.columns.frames, speech.number(session.frames)],
      [sessions.frames.heading, session.destination],
      [sessions.frames.serverName, session.serverName],
      [sessions.columns.closed, session.closed?.detail],
    ];
    const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
    fillWith(this.#list, ...known.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value))));
  }
}
