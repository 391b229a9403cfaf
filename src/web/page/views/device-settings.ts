import type { DeviceView, StateValueView, WriteView } from "../../api-types.js";
import { exactValue } from "../logic/value-words.js";
import type { ViewContext } from "../parts/context.js";
import { el, setAttribute, setHidden, setText } from "../parts/dom.js";
import { type Part, PartList } from "../parts/part-list.js";
import { faultWords } from "../parts/watching.js";
import { button, nextId, notice, section } from "../parts/widgets.js";
import type { DeviceSection } from "./device-part.js";
import { controlFor } from "./setting-control.js";

/** What of a device can be changed from here, each with the outcome of its last write. */
export function openSettings(context: ViewContext, id: string): DeviceSection {
  const { texts, speech } = context;
  const { settings } = texts.device;
  const list = el("ul", { class: "settings" });
  const rows = new PartList<StateValueView>(
    list,
    ({ key }) => key,
    (view) => settingRow(context, id, view),
  );
  const care = notice("info", settings.care);
  const empty = el("p", { class: "hint" });
  const element = section(settings.title, { class: "card" }, care, empty, list);
  return {
    element,
    show: (device: DeviceView) => {
      const writable = device.values.filter(({ setting }) => setting !== undefined);
      rows.show(writable);
      setHidden(care, writable.length === 0);
      setHidden(empty, writable.length > 0);
      setText(empty, device.control ? settings.empty : speech.fill(settings.off, { relay: device.relay }));
    },
  };
}

function settingRow(context: ViewContext, id: string, first: StateValueView): Part<StateValueView> {
  const { texts, speech, now, api } = context;
  const { settings } = texts.device;
  let view = first;
  const [name, current] = [el("strong"), el("span", { class: "hint" })];
  const outcome = el("p", { class: "outcome", role: "status" });
  const control = controlFor(context, first);
  const isButton = first.setting?.platform === "button";
  const send = async (): Promise<void> => {
    submit.disabled = true;
    tell("idle", settings.writing);
    try {
      const [tone, text] = outcomeOf(context, view, await api.write(id, view.key, control.value()));
      tell(tone, text);
    } catch (error) {
      tell("bad", speech.fill(settings.failed, { error: faultWords(context, error) }));
    }
    submit.disabled = false;
  };
  const tell = (tone: "ok" | "warn" | "bad" | "idle", text: string): void => {
    setAttribute(outcome, "data-tone", tone);
    setText(outcome, text);
  };
  const submit = button({
    label: isButton ? settings.press : settings.write,
    look: "primary",
    name: `${isButton ? settings.press : settings.write}: ${first.name}`,
    press: () => form.requestSubmit(),
  });
  const form = el("form", { class: "setting-form" }, control.element, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  const label = control.labels === undefined ? name : el("label", { for: control.labels, id: nextId("setting") }, name);
  const element = el("li", { "data-key": first.key }, el("div", { class: "row-name" }, label, current), form, outcome);
  const update = (next: StateValueView): void => {
    view = next;
    setText(name, next.name);
    const value = exactValue(next, { speech, texts: texts.page, now: now() });
    setText(current, isButton ? "" : speech.fill(settings.now, { value }));
    control.follow(next);
  };
  update(first);
  return { element, update };
}

function outcomeOf(
  { texts, speech, now }: ViewContext,
  view: StateValueView,
  written: WriteView,
): readonly ["ok" | "bad" | "warn", string] {
  const { settings } = texts.device;
  switch (written.status) {
    case "applied": {
      if (view.setting?.platform === "button") return ["ok", settings.pressed];
      const value = exactValue({ ...view, value: written.value }, { speech, texts: texts.page, now: now() });
      return ["ok", speech.fill(settings.applied, { value })];
    }
    case "rejected":
      return ["bad", speech.fill(settings.rejected, { error: written.error })];
    case "timeout":
      return ["warn", speech.fill(settings.timeout, { error: written.error })];
  }
}
