import type { DeviceView, StateValueView } from "../../api-types.js";
import { createFilter } from "../logic/filter.js";
import { exactValue } from "../logic/value-words.js";
import type { ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { type Part, PartList } from "../parts/part-list.js";
import { type Column, cell, row, table } from "../parts/table.js";
import { filterField, section } from "../parts/widgets.js";
import type { DeviceSection } from "./device-part.js";

/** All values of a device, with how old each is and how often it came and changed. */
export function openValues(context: ViewContext, _id: string): DeviceSection {
  const { texts, speech } = context;
  const { values: words } = texts.device;
  const columns = columnsOf(context);
  const shown = table(words.title, Object.values(columns));
  const rows = new PartList<StateValueView>(
    shown.body,
    ({ key }) => key,
    (value) => valueRow(context, columns, value),
  );
  const count = el("p", { class: "hint", role: "status" });
  const none = el("p", { class: "hint" });
  let values: readonly StateValueView[] = [];
  let matches = createFilter("");
  const draw = (): void => {
    const found = values.filter(({ key, name, value }) => matches(`${name} ${key} ${value ?? ""}`));
    rows.show(found);
    const all = speech.count(words.count, values.length);
    setText(
      count,
      found.length === values.length ? all : speech.fill(words.found, { found: found.length, count: all }),
    );
    setHidden(shown.element, found.length === 0);
    setHidden(none, found.length > 0);
    setText(none, values.length === 0 ? words.empty : texts.page.filterNone);
  };
  const filter = filterField(words.filterLabel, words.filterHint, (text) => {
    matches = createFilter(text);
    draw();
  });
  const element = section(
    words.title,
    { class: "card" },
    el("div", { class: "toolbar" }, filter, count),
    shown.element,
    none,
  );
  return {
    element,
    show: (device: DeviceView) => {
      values = device.values;
      draw();
    },
    update: (told) => {
      values = values.map((view) => ({ ...view, value: told.values[view.key] ?? view.value }));
      draw();
    },
  };
}

interface Columns {
  readonly name: Column;
  readonly value: Column;
  readonly age: Column;
  readonly reads: Column;
  readonly changes: Column;
  readonly changed: Column;
}

function columnsOf({ texts }: ViewContext): Columns {
  const { values } = texts.device;
  return {
    name: { label: values.name },
    value: { label: values.value, isNumber: true },
    age: { label: values.age, isNumber: true },
    reads: { label: values.reads, isNumber: true },
    changes: { label: values.changes, isNumber: true },
    changed: { label: values.changed, isNumber: true },
  };
}

function valueRow(context: ViewContext, columns: Columns, first: StateValueView): Part<StateValueView> {
  const { texts, speech, ticker, scope, now } = context;
  const { values: words } = texts.device;
  let view = first;
  const ago = (at: number | undefined): string => (at === undefined ? texts.page.none : speech.ago(at, now()));
  const span = (at: number | undefined): string => (at === undefined ? words.earlier : speech.span(now() - at));
  const [name, total, value, reads, changes] = [
    el("span"),
    el("span", { class: "tag" }),
    el("span"),
    el("span"),
    el("span"),
  ];
  const age = ticker.show(el("span"), () => span(view.receivedAt), scope);
  const changed = ticker.show(el("span"), () => ago(view.changedAt), scope);
  const element = row(
    cell(columns.name, name, " ", total, el("code", { class: "key" }, first.key)),
    cell(columns.value, el("strong", {}, value)),
    cell(columns.age, age),
    cell(columns.reads, reads),
    cell(columns.changes, changes),
    cell(columns.changed, changed),
  );
  const update = (next: StateValueView): void => {
    const text = exactValue(next, { speech, texts: texts.page, now: now() });
    const isNew = value.textContent !== "" && value.textContent !== text;
    view = next;
    setText(name, next.name);
    setText(value, text);
    setText(total, next.total === undefined ? "" : words.total[next.total]);
    setHidden(total, next.total === undefined);
    setText(reads, speech.count(words.times, next.reads));
    setText(changes, speech.number(next.changes));
    setText(age, span(next.receivedAt));
    setText(changed, ago(next.changedAt));
    if (isNew) flash(element);
  };
  update(first);
  return {
    element,
    update,
    end: () => {
      ticker.forget(age);
      ticker.forget(changed);
    },
  };
}

/** Shows for a moment that something changed; the stylesheet leaves it out for those who want no motion. */
function flash(element: HTMLElement): void {
  element.classList.remove("flash");
  // Reading a size makes the browser notice that the class was gone, so that the animation begins anew.
  void element.offsetWidth;
  element.classList.add("flash");
}
