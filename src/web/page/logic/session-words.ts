import type { page as englishPage } from "../../../texts/en/page.js";
import type { sessions as english } from "../../../texts/en/sessions.js";
import type { Wording } from "../../../texts/wording.js";
import type { LegView, SessionView } from "../../api-types.js";
import { known } from "./known.js";
import type { Speech } from "./speech.js";

export type SessionTexts = Wording<typeof english>;

/** Who a session's device is, by name; its relay while that is not known. */
export function sessionName(session: SessionView, nameOf: (id: string) => string, texts: SessionTexts): string {
  return session.devices.length === 0 ? texts.unknownDevice : session.devices.map(nameOf).join(", ");
}

/** Why a session ended: `Ended by the device, after 12 s`. Undefined while it is open. */
export function closeWords({ closed, openedAt }: SessionView, speech: Speech, texts: SessionTexts): string | undefined {
  if (closed === undefined) return undefined;
  const how = known(texts.hows, closed.how) ?? closed.how;
  const lasted = speech.fill(texts.lasted, { span: speech.span(closed.at - openedAt) });
  return `${how} ${texts.closers[closed.by]}, ${lasted}`;
}

/** Where a leg leads: `192.168.1.50:51234, not encrypted`. */
export function legWords(leg: LegView | undefined, texts: SessionTexts, page: Wording<typeof englishPage>): string {
  return leg === undefined ? texts.noCloud : `${leg.remote}, ${page.security[leg.security]}`;
}

/** What can be looked for in a list of sessions. */
export function searchableSession(session: SessionView, name: string): string {
  const { id, relay, protocol, device, cloud, serverName, destination, closed } = session;
  const parts = [id, name, relay, protocol, device?.remote, cloud?.remote, serverName, destination, closed?.detail];
  return parts.filter((part) => part !== undefined).join(" ");
}
