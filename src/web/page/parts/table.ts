import { type Child, el } from "./dom.js";

export interface Column {
  readonly label: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
}

/**
 * A table that becomes a list of cards where the page is narrow. The roles say so what the layout then no longer does. `name`: what it is
 * a table of, for those who listen.
 */
export function table(
  name: string,
  columns: readonly Column[],
): { readonly element: HTMLElement; readonly body: HTMLElement } {
  const heads = columns.map(({ label, isNumber }) =>
    el("th", { scope: "col", role: "columnheader", class: isNumber === true ? "number" : undefined }, label),
  );
  const body = el("tbody", { role: "rowgroup" });
  const head = el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...heads));
  const element = el("table", { class: "stacking", role: "table", "aria-label": name }, head, body);
  return { element: el("div", { class: "table" }, element), body };
}

/** A cell; `column` stands before it where the table is a list of cards. */
export function cell({ label, isNumber }: Column, ...children: readonly Child[]): HTMLTableCellElement {
  const content = el("span", { class: "cell" }, ...children);
  return el("td", { role: "cell", "data-label": label, class: isNumber === true ? "number" : undefined }, content);
}

/** A row of cells. */
export function row(...cells: readonly HTMLElement[]): HTMLTableRowElement {
  return el("tr", { role: "row" }, ...cells);
}
