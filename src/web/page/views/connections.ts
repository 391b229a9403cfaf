import type { OverviewView, RelayView } from "../../api-types.js";
import { relayState } from "../logic/device-words.js";
import { known } from "../logic/known.js";
import type { ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { type Part, PartList } from "../parts/part-list.js";
import { Pill, section } from "../parts/widgets.js";

/** Where devices arrive and where their values go: relays and broker. */
export class Connections {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #relays: PartList<RelayView>;
  readonly #broker = new Pill("ok", "");
  readonly #brokerUrl = el("span", { class: "detail" });
  readonly #brokerKind = el("span");

  constructor(context: ViewContext) {
    const { texts } = context;
    this.#context = context;
    const list = el("ul", { class: "rows" });
    this.#relays = new PartList(
      list,
      ({ name }) => name,
      (relay) => relayRow(context, relay),
    );
    const broker = el(
      "li",
      { class: "connection" },
      el("div", { class: "row-name" }, el("strong", {}, this.#brokerKind), this.#brokerUrl),
      this.#broker.element,
    );
    this.element = section(
      texts.overview.connections,
      { class: "card connections" },
      el("p", { class: "hint" }, texts.overview.connectionsText),
      el("h3", {}, texts.overview.arrivals),
      list,
      el("h3", {}, texts.overview.broker),
      el("ul", { class: "rows" }, broker),
    );
  }

  show({ relays, program }: OverviewView): void {
    const { overview } = this.#context.texts;
    const { broker } = program;
    this.#relays.show(relays);
    this.#broker.show(
      broker.connected ? "ok" : "bad",
      broker.connected ? overview.brokerConnected : overview.brokerAway,
    );
    setText(this.#brokerKind, broker.embedded ? overview.brokerEmbedded : overview.brokerOther);
    setText(this.#brokerUrl, broker.url);
  }
}

function relayRow(context: ViewContext, first: RelayView): Part<RelayView> {
  const { texts, speech } = context;
  const { overview } = texts;
  const pill = new Pill("ok", "");
  const [name, what, where, policy, away] = [el("strong"), el("span"), ...details(3)];
  const named = el("div", { class: "row-name" }, name, what);
  const element = el(
    "li",
    { class: "connection" },
    named,
    el("div", { class: "row-facts" }, where, policy, away),
    pill.element,
  );
  const update = (relay: RelayView): void => {
    const state = relayState(relay, speech, overview);
    pill.show(state.tone, state.label, relay.status === "waiting" ? "clock" : undefined);
    setText(name, relay.name);
    setText(
      what,
      speech.fill(overview.relayFor, { what: known(texts.page.protocols, relay.protocol) ?? relay.protocol }),
    );
    if (where !== undefined) {
      const to = relay.cloud === "local" ? "" : ` · ${speech.fill(overview.relayTo, { upstream: relay.upstream })}`;
      setText(where, `${speech.fill(overview.relayListens, { listen: relay.listen })}${to}`);
    }
    if (policy !== undefined) setText(policy, overview.cloudPolicies[relay.cloud]);
    if (away === undefined) return;
    setText(away, speech.count(overview.relayTurnedAway, relay.turnedAway));
    setHidden(away, relay.turnedAway === 0);
  };
  update(first);
  return { element, update };
}

function details(count: number): readonly HTMLElement[] {
  return Array.from({ length: count }, () => el("span", { class: "detail" }));
}
