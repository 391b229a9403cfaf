import type { SetupRelay, SetupView } from "../../api-types.js";
import {
  bestWay,
  type Choice,
  type Given,
  guideFor,
  type Kind,
  kinds,
  type Router,
  relaysFor,
  routers,
  type Way,
  waysFor,
} from "../logic/guide.js";
import { Scope } from "../logic/scope.js";
import { codeBlock } from "../parts/code-block.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, fillWith, setHidden } from "../parts/dom.js";
import { watch } from "../parts/watching.js";
import { field, notice, section, selectField } from "../parts/widgets.js";
import { choiceCards } from "./choice-cards.js";
import { SetupChecklist } from "./setup-checklist.js";

/** Leads a device here: three choices, exact steps, and a list that turns green. */
export const openSetup: OpenView = (context) => {
  const { texts, api } = context;
  context.setTitle(texts.setup.title);
  const view = new Setup(context);
  watch(context, {
    load: () => api.setup(),
    show: (loaded) => view.show(loaded),
    content: view.content,
    place: view.place,
  });
  return { element: view.element };
};

class Setup {
  readonly content = el("div", { class: "setup" });
  readonly place = el("div");
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #questions = el("div", { class: "stack" });
  readonly #guide = el("div", { class: "stack" });
  readonly #check = el("div", { class: "setup-check" });
  #checkScope = new Scope();
  #setup: SetupView | undefined;
  #kind: Kind | undefined;
  #router: Router = "other";
  /** Undefined: the best one. */
  #way: Way | undefined;
  #relay: string | undefined;
  #given: Given = { address: "", deviceAddress: "", deviceMac: "" };

  constructor(context: ViewContext) {
    const { setup } = context.texts;
    this.#context = context;
    this.content.append(el("div", { class: "stack" }, this.#questions, this.#guide), this.#check);
    const head = el(
      "header",
      { class: "view-head" },
      el("h1", {}, setup.title),
      el("p", { class: "lead" }, setup.text),
    );
    this.element = el("div", { class: "view" }, head, this.place);
    context.scope.add(() => this.#checkScope.end());
  }

  show(setup: SetupView): void {
    const isFirst = this.#setup === undefined;
    this.#setup = setup;
    if (!isFirst) return;
    this.#given = { ...this.#given, address: setup.addresses[0] ?? "" };
    const served = kinds.filter((kind) => relaysFor(kind, setup).length > 0);
    if (served.length === 1) this.#kind = served[0];
    this.#ask();
  }

  #ask(): void {
    const { setup } = this.#context.texts;
    const further = el("div", { class: "stack" });
    const draw = (kind: Kind): void => {
      if (this.#setup !== undefined) fillWith(further, ...this.#further(kind, this.#setup));
      this.#draw();
    };
    const question = choiceCards({
      title: setup.kind,
      options: kinds.map((value) => ({ value, ...setup.kinds[value] })),
      chosen: this.#kind,
      choose: (kind) => {
        this.#kind = kind;
        this.#way = undefined;
        this.#relay = undefined;
        draw(kind);
      },
    });
    fillWith(this.#questions, question, further);
    if (this.#kind !== undefined) draw(this.#kind);
  }

  #further(kind: Kind, setup: SetupView): readonly HTMLElement[] {
    const { texts } = this.#context;
    const options = routers.map((value) => ({ value, label: texts.setup.routers[value] }));
    const router = selectField<Router>(options, this.#router, (value) => {
      this.#router = value;
      this.#way = undefined;
      drawWays();
      this.#draw();
    });
    const ways = el("div");
    const drawWays = (): void => {
      const best = bestWay(kind, this.#router, setup);
      const question = choiceCards<Way>({
        title: texts.setup.way,
        options: waysFor(this.#router, texts).map((value) => ({
          ...{ value, ...texts.setup.ways[value] },
          ...(value === best ? { tag: texts.setup.recommended } : {}),
        })),
        chosen: this.#way ?? best,
        choose: (way) => {
          this.#way = way;
          this.#draw();
        },
      });
      fillWith(ways, question);
    };
    drawWays();
    return [el("div", { class: "question" }, field(texts.setup.router, router)), ways, this.#details(kind, setup)];
  }

  /** What makes the steps exact. */
  #details(kind: Kind, setup: SetupView): HTMLElement {
    const { texts } = this.#context;
    const { setup: words } = texts;
    const input = (name: keyof Given, hint: string, list?: string): HTMLInputElement => {
      const box = el("input", {
        type: "text",
        value: this.#given[name],
        placeholder: hint,
        list,
        autocomplete: "off",
        spellcheck: "false",
      });
      box.addEventListener("input", () => {
        this.#given = { ...this.#given, [name]: box.value };
        this.#draw();
      });
      return box;
    };
    const known = el("datalist", { id: "addresses" }, ...setup.addresses.map((value) => el("option", { value })));
    const relays = relaysFor(kind, setup);
    const relay = selectField(
      relays.map(({ name }) => ({ value: name, label: name })),
      relays[0]?.name ?? "",
      (name) => {
        this.#relay = name;
        this.#draw();
      },
    );
    return el(
      "fieldset",
      { class: "question" },
      el("legend", {}, words.details),
      el(
        "div",
        { class: "fields-row" },
        field(words.address, input("address", "", "addresses")),
        field(words.deviceAddress, input("deviceAddress", words.deviceAddressHint)),
        field(words.deviceMac, input("deviceMac", words.deviceMacHint)),
        relays.length > 1 ? field(words.relayLabel, relay) : undefined,
        known,
      ),
    );
  }

  #draw(): void {
    const [setup, kind] = [this.#setup, this.#kind];
    if (setup === undefined || kind === undefined) return;
    const relays = relaysFor(kind, setup);
    const relay = relays.find(({ name }) => name === this.#relay) ?? relays[0];
    const way = this.#way ?? bestWay(kind, this.#router, setup);
    this.#watchArrival(relay);
    setHidden(this.#check, relay === undefined);
    if (relay === undefined) fillWith(this.#guide, this.#noRelay(kind));
    else fillWith(this.#guide, ...this.#steps({ kind, router: this.#router, way }, setup, relay));
  }

  #noRelay(kind: Kind): HTMLElement {
    const { texts, speech } = this.#context;
    const recipe = speech.fill(texts.setup.noRelayRecipe, { relay: kind, protocol: kind });
    return notice("warn", el("p", {}, texts.setup.noRelay), codeBlock(this.#context, recipe));
  }

  #steps(choice: Choice, setup: SetupView, relay: SetupRelay): readonly HTMLElement[] {
    const { texts } = this.#context;
    const { before, steps } = guideFor(choice, { texts, setup, relay, given: this.#given });
    const items = steps.map(({ text, recipe }) =>
      el("li", {}, el("p", {}, text), recipe === undefined ? undefined : codeBlock(this.#context, recipe)),
    );
    return [
      section(
        texts.setup.before,
        { class: "card" },
        el("ul", { class: "bullets" }, ...before.map((text) => el("li", {}, text))),
      ),
      section(texts.setup.steps, { class: "card" }, el("ol", { class: "steps" }, ...items)),
    ];
  }

  #watchArrival(relay: SetupRelay | undefined): void {
    if (relay?.name === this.#check.dataset.relay) return;
    this.#checkScope.end();
    this.#checkScope = new Scope();
    this.#check.replaceChildren();
    delete this.#check.dataset.relay;
    if (relay === undefined) return;
    this.#check.dataset.relay = relay.name;
    const checklist = new SetupChecklist({ ...this.#context, scope: this.#checkScope }, relay.name);
    this.#check.append(checklist.element);
  }
}
