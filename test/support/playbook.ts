import type { Outline } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import { Gate, type GateOptions } from "../../src/relay/gate/gate.js";
import type { GateCommand, GateEvent, GateFrame } from "../../src/relay/gate/gate-messages.js";

/**
 * A gate's dialogue as text. Each line is an event and, after `=>`, the commands that it brings about:
 *
 *     device: report asks 1      => report to cloud
 *     cloud: ack answers 1       => ack to device
 *
 * Events: `device: NAME …` and `cloud: NAME …` with `asks T`, `yields`, `answers T`, `interim`, `fails REASON`, `blocked`,
 * `storing`, `wanted`, `unframed`; `stored NAME`, `not stored NAME`; `joined`; `lost REASON`; `device ends`, `cloud ends`; `want`;
 * `say T` (the injection's frame, answered by T); `asked T`; `over`, `over wanted`; `replaced NAME`; `N s`.
 */
export class Playbook {
  readonly #gate: Gate;
  readonly #frames = new Map<string, GateFrame>();
  #now = 1_700_000_000_000 as EpochMs;

  constructor(options: Partial<GateOptions> = {}) {
    this.#gate = new Gate({ cloud: "auto", begins: "dialling", replyTimeoutMs: 10_000, rejoins: false, ...options });
  }

  /** Plays the events of a script; returns it as it went. */
  play(script: string): string {
    return script
      .trim()
      .split("\n")
      .map((line) => {
        const [event = ""] = line.split("=>");
        return `${event.trim()} => ${this.event(event.trim())}`;
      })
      .join("\n");
  }

  /** The commands that one event brings about, in words. */
  event(text: string): string {
    const passed = /^(\d+) s$/.exec(text)?.[1];
    if (passed !== undefined) this.#now = (this.#now + Number(passed) * 1000) as EpochMs;
    const event: GateEvent = passed === undefined ? this.#read(text) : { type: "time" };
    return this.#gate
      .step(event, this.#now)
      .map((command) => describe(command, this.#nameOf))
      .join(", ");
  }

  #read(text: string): GateEvent {
    const [first = "", second = ""] = text.split(" ");
    if (first === "device:" || first === "cloud:")
      return this.#readFrame(first === "device:" ? "device" : "cloud", text);
    if (text === "device ends") return { type: "ended", side: "device" };
    if (text === "cloud ends") return { type: "ended", side: "cloud" };
    if (first === "stored") return { type: "stored", frame: this.#frame(second), ok: true };
    if (text.startsWith("not stored ")) return { type: "stored", frame: this.#frame(text.slice(11)), ok: false };
    if (first === "replaced") return { type: "replaced", frame: this.#frame(second) };
    if (first === "joined") return { type: "cloud-joined" };
    if (first === "lost") return { type: "cloud-lost", reason: second };
    if (first === "want") return { type: "injection-wanted" };
    if (first === "say") return { type: "injected", asks: second };
    if (first === "asked") return { type: "asked", asks: second };
    if (first === "over") return { type: "injection-over", wanted: second === "wanted" };
    throw new Error(`a playbook knows no event ${JSON.stringify(text)}`);
  }

  #readFrame(from: "device" | "cloud", text: string): GateEvent {
    const [, name = "", ...words] = text.split(" ");
    const after = (word: string): string | undefined => words[words.indexOf(word) + 1];
    const has = (word: string): boolean => words.includes(word);
    const outline: Outline = {
      ...(has("asks") ? { asks: after("asks") ?? "" } : {}),
      ...(has("answers") ? { answers: after("answers") ?? "" } : {}),
      ...(has("yields") ? { yields: true } : {}),
      ...(has("interim") ? { interim: true } : {}),
      ...(has("fails") ? { failure: after("fails") ?? "" } : {}),
    };
    const blocked = has("blocked") ? { blocked: "not allowed" } : {};
    const frame: GateFrame = { from, bytes: new Uint8Array(), whole: !has("unframed"), outline, ...blocked };
    this.#frames.set(name, frame);
    return { type: "frame", frame, storing: has("storing"), wanted: has("wanted") };
  }

  #frame(name: string): GateFrame {
    const frame = this.#frames.get(name);
    if (frame === undefined) throw new Error(`nobody said ${name}`);
    return frame;
  }

  readonly #nameOf = (frame: GateFrame): string => {
    for (const [name, known] of this.#frames) if (known === frame) return name;
    return "?";
  };
}

function describe(command: GateCommand, nameOf: (frame: GateFrame) => string): string {
  switch (command.type) {
    case "forward":
      return `${nameOf(command.frame)} to ${command.to}`;
    case "answer":
      return `answer ${nameOf(command.frame)}${command.stored ? "" : ", not stored"}`;
    case "drop":
      return `drop ${nameOf(command.frame)} (${command.why})`;
    case "keep":
    case "refuse":
    case "injection-answered":
      return `${command.type} ${nameOf(command.frame)}`;
    case "away":
      return `away (${command.reason})`;
    case "give-up":
      return "give up";
    case "end":
      return `end ${command.side}`;
    case "inject":
    case "injection-expired":
      return command.type;
  }
}
