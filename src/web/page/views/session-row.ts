import type { SessionView } from "../../api-types.js";
import { hashOf } from "../logic/route.js";
import { closeWords, sessionName } from "../logic/session-words.js";
import type { ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import type { DeviceNames } from "../parts/names.js";
import type { Part } from "../parts/part-list.js";
import { type Column, cell, row } from "../parts/table.js";

type Columns = readonly [who: Column, device: Column, cloud: Column, bytes: Column, frames: Column, age: Column];

/** Columns of sessions that are open. */
export function openColumns({ texts }: ViewContext): Columns {
  const { columns } = texts.sessions;
  return [
    { label: columns.who },
    { label: columns.device },
    { label: columns.cloud },
    { label: columns.bytes },
    { label: columns.frames, isNumber: true },
    { label: columns.age, isNumber: true },
  ];
}

/** Columns of sessions that are closed: the last one says when and why. */
export function closedColumns(context: ViewContext): Columns {
  const [who, device, cloud, bytes, frames] = openColumns(context);
  return [who, device, cloud, bytes, frames, { label: context.texts.sessions.columns.closed }];
}

/** One session, open or closed. */
export function sessionRow(
  context: ViewContext,
  columns: Columns,
  first: SessionView,
  names: DeviceNames,
): Part<SessionView> {
  const { texts, speech, ticker, scope, now } = context;
  const words = texts.sessions;
  let session = first;
  const link = el("a", { href: hashOf({ view: "session", id: first.id }) });
  const [relay, up, down] = [detail(), line(), line()];
  const [device, deviceSecurity, cloud, cloudSecurity] = [line(), detail(), line(), detail()];
  const [frames, odd, why] = [el("span"), el("span", { class: "tag", "data-tone": "warn" }), detail()];
  const age = ticker.show(el("span"), () => ageOf(session), scope);
  const [who, deviceLeg, cloudLeg, bytes, frameCount, last] = columns;
  const element = row(
    cell(who, link, relay),
    cell(deviceLeg, device, deviceSecurity),
    cell(cloudLeg, cloud, cloudSecurity),
    cell(bytes, up, down),
    cell(frameCount, frames, " ", odd),
    cell(last, age, why),
  );
  element.dataset.session = first.id;
  function ageOf({ openedAt, closed }: SessionView): string {
    return closed === undefined ? speech.span(now() - openedAt) : speech.ago(closed.at, now());
  }
  const update = (next: SessionView): void => {
    session = next;
    setText(link, sessionName(next, names.of, words));
    setText(relay, next.relay);
    setText(device, next.device?.remote ?? words.noCloud);
    setText(deviceSecurity, next.device === undefined ? "" : texts.page.security[next.device.security]);
    setText(cloud, next.cloud?.remote ?? words.noCloud);
    setText(cloudSecurity, next.cloud === undefined ? "" : texts.page.security[next.cloud.security]);
    setText(up, speech.fill(words.fromDevice, { bytes: speech.bytes(next.device?.bytesReceived ?? 0) }));
    setText(down, speech.fill(words.fromCloud, { bytes: speech.bytes(next.cloud?.bytesReceived ?? 0) }));
    setText(frames, speech.number(next.frames));
    setText(odd, speech.count(words.anomalies, next.anomalies));
    setHidden(odd, next.anomalies === 0);
    setText(why, closeWords(next, speech, words) ?? "");
    why.title = next.closed?.detail ?? "";
    setText(age, ageOf(next));
  };
  update(first);
  return { element, update, end: () => ticker.forget(age) };
}

function line(): HTMLElement {
  return el("span", { class: "line" });
}

function detail(): HTMLElement {
  return el("span", { class: "detail" });
}
