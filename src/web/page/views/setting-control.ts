import type { StateValueView } from "../../api-types.js";
import type { ViewContext } from "../parts/context.js";
import { el } from "../parts/dom.js";
import { nextId } from "../parts/widgets.js";

/** Where a new value is entered. */
export interface SettingControl {
  readonly element: HTMLElement;
  /** Id of what a label names; undefined: there is nothing to enter. */
  readonly labels: string | undefined;
  /** As it is sent. */
  value(): string;
  /** Shows the device's own value, unless somebody has begun to change it. */
  follow(view: StateValueView): void;
}

/** A control for what can be written: a number within its range, a choice, a switch, a text; of a button nothing. */
export function controlFor(context: ViewContext, view: StateValueView): SettingControl {
  switch (view.setting?.platform) {
    case "number":
      return numberControl(context, view);
    case "select":
      return choiceControl(
        (view.setting.options ?? []).map((option) => ({ value: option, label: option })),
        ({ value }) => String(value ?? ""),
      );
    case "switch":
      return switchControl(context, view);
    case "text":
      return inputControl(el("input", { type: "text", pattern: view.setting.pattern, required: true }), view);
    default:
      return { element: el("span"), labels: undefined, value: () => "press", follow: () => undefined };
  }
}

function numberControl({ texts, speech }: ViewContext, view: StateValueView): SettingControl {
  const range = view.setting?.range;
  const input = el("input", {
    ...{ type: "number", required: true, inputmode: "decimal" },
    ...{ min: range?.min, max: range?.max, step: range?.step ?? "any" },
  });
  const control = inputControl(input, view);
  if (range === undefined) return control;
  const said = Object.fromEntries(Object.entries(range).map(([name, value]) => [name, speech.number(value)]));
  const hint = el("span", { class: "hint", id: nextId("range") }, speech.fill(texts.device.settings.range, said));
  input.setAttribute("aria-describedby", hint.id);
  const unit = el("span", { class: "unit" }, view.unit ?? "");
  return { ...control, element: el("span", { class: "with-unit" }, input, unit, hint) };
}

function switchControl({ texts }: ViewContext, view: StateValueView): SettingControl {
  const [on, off] = view.setting?.onOff ?? ["on", "off"];
  const options = [
    { value: on, label: view.setting?.onOff === undefined ? texts.page.on : on },
    { value: off, label: view.setting?.onOff === undefined ? texts.page.off : off },
  ];
  return choiceControl(options, ({ value }) => (typeof value === "boolean" ? (value ? on : off) : String(value ?? "")));
}

function choiceControl(
  options: readonly { readonly value: string; readonly label: string }[],
  shownOf: (view: StateValueView) => string,
): SettingControl {
  const id = nextId("setting");
  const select = el("select", { id }, ...options.map(({ value, label }) => el("option", { value }, label)));
  let isTouched = false;
  select.addEventListener("change", () => {
    isTouched = true;
  });
  return {
    ...{ element: select, labels: id },
    value: () => {
      isTouched = false;
      return select.value;
    },
    follow: (view) => {
      if (!isTouched) select.value = shownOf(view);
    },
  };
}

function inputControl(input: HTMLInputElement, view: StateValueView): SettingControl {
  input.id = nextId("setting");
  input.value = textOf(view);
  let isTouched = false;
  input.addEventListener("input", () => {
    isTouched = true;
  });
  return {
    ...{ element: input, labels: input.id },
    value: () => {
      isTouched = false;
      return input.value;
    },
    follow: (next) => {
      if (!isTouched && document.activeElement !== input) input.value = textOf(next);
    },
  };
}

function textOf({ value }: StateValueView): string {
  return value === null ? "" : String(value);
}
