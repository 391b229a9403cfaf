import type { DeviceView, PropertyView } from "../../api-types.js";
import { createFilter } from "../logic/filter.js";
import { exactValue } from "../logic/value-words.js";
import { copyText } from "../parts/clipboard.js";
import type { ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { type Part, PartList } from "../parts/part-list.js";
import { cell, row, table } from "../parts/table.js";
import { faultWords, watch } from "../parts/watching.js";
import { button, filterField, section } from "../parts/widgets.js";
import type { DeviceSection } from "./device-part.js";

/** A device's own table of properties: what was asked, what came, decoded and raw. */
export function openProperties(context: ViewContext, id: string): DeviceSection {
  const { texts, api } = context;
  const { properties: words } = texts.device;
  const columns = columnsOf(context);
  const shown = table(words.title, columns);
  const rows = new PartList<PropertyView>(
    shown.body,
    (property) => property.id,
    (property) => propertyRow(context, columns, property),
  );
  const [none, place, bar] = [el("p", { class: "hint" }), el("div"), el("div", { class: "toolbar" })];
  let properties: readonly PropertyView[] = [];
  let matches = createFilter("");
  const draw = (): void => {
    const found = properties.filter((one) =>
      matches(`${one.id} ${one.name} ${one.key} ${one.type ?? ""} ${one.decoded}`),
    );
    rows.show(found);
    setHidden(shown.element, found.length === 0);
    setHidden(none, found.length > 0);
    setText(none, properties.length === 0 ? words.empty : texts.page.filterNone);
  };
  const filter = filterField(words.filterLabel, words.filterHint, (text) => {
    matches = createFilter(text);
    draw();
  });
  bar.append(filter, button({ label: words.copy, sign: "copy", press: () => void copy(context, id) }));
  const text = el("p", { class: "hint" }, words.text);
  const element = section(words.title, { class: "card" }, text, bar, place);
  let again: (() => void) | undefined;
  const begin = (): (() => void) =>
    watch(context, {
      load: () => api.properties(id),
      show: (loaded) => {
        properties = loaded;
        draw();
      },
      content: el("div", {}, none, shown.element),
      place,
      gapMs: 3000,
    });
  return {
    element,
    show: ({ hasProperties }: DeviceView) => {
      setHidden(bar, !hasProperties);
      if (!hasProperties) setText(place, words.none);
      else if (again === undefined) again = begin();
      else again();
    },
  };
}

async function copy(context: ViewContext, id: string): Promise<void> {
  const { api, notify, texts } = context;
  try {
    const isCopied = await copyText(await api.propertiesText(id));
    notify(isCopied ? texts.page.copied : texts.page.copyFailed);
  } catch (error) {
    notify(faultWords(context, error));
  }
}

function columnsOf({ texts }: ViewContext) {
  const { properties } = texts.device;
  return [
    { label: properties.id },
    { label: properties.name },
    { label: properties.type },
    { label: properties.decoded, isNumber: true },
    { label: properties.raw },
    { label: properties.queries, isNumber: true },
    { label: properties.changes, isNumber: true },
  ] as const;
}

function propertyRow(
  { texts, speech, now }: ViewContext,
  columns: ReturnType<typeof columnsOf>,
  first: PropertyView,
): Part<PropertyView> {
  const [idColumn, nameColumn, typeColumn, decodedColumn, rawColumn, queriesColumn, changesColumn] = columns;
  const [name, type, decoded, queries, changes] = [el("span"), el("span"), el("strong"), el("span"), el("span")];
  const raw = el("code", { class: "raw" });
  const element = row(
    cell(idColumn, el("code", {}, first.id)),
    cell(nameColumn, name),
    cell(typeColumn, type),
    cell(decodedColumn, decoded),
    cell(rawColumn, raw),
    cell(queriesColumn, queries),
    cell(changesColumn, changes),
  );
  const update = (next: PropertyView): void => {
    const unit = next.unit === undefined ? {} : { unit: next.unit };
    setText(name, next.name);
    setText(type, next.type ?? texts.page.none);
    setText(decoded, exactValue({ value: next.decoded, ...unit }, { speech, texts: texts.page, now: now() }));
    setText(raw, next.raw ?? texts.page.none);
    setText(queries, speech.number(next.queries));
    setText(changes, speech.number(next.changes));
  };
  update(first);
  return { element, update };
}
