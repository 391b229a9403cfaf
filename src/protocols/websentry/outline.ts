import type { CloudCommand, CommandClass } from "../../model/command.js";
import type { Frame, Outline } from "../../model/protocol.js";
import { describeSet } from "./command-words.js";
import type { TemperatureUnit } from "./device-notes.js";
import type { Item } from "./items.js";
import { decodeMessage, functionCode } from "./messages.js";
import { hexId, keyOf } from "./property-table.js";
import { headerBytes } from "./splitter.js";

/** What a Set of these properties is besides a setting: docs/protocols/websentry.md §8. */
const setClasses: Readonly<Record<number, CommandClass>> = { 282: "reboot", 3073: "power" };

/** The cloud has the next word, and nobody owes it an answer: docs/protocols/websentry.md §1. */
const turn = { asks: "turn", yields: true } as const;
const query: CloudCommand = { classes: ["query"], keys: [] };

/** What a query's answer is known by: the first id alone, so that a reply that cannot be read to its end still fits. */
export function queryToken(ids: readonly number[]): string {
  const [first] = ids;
  return first === undefined ? "q" : `q:${hexId(first)}`;
}

export function setToken(ids: readonly number[]): string {
  return `s:${ids.map(hexId).join(",")}`;
}

/** Who owes whom the next frame. The unit answers one message at a time, then the cloud goes on. */
export function outlineFrame({ bytes, direction, own }: Frame, unit: TemperatureUnit | undefined): Outline {
  const message = decodeMessage(bytes.subarray(headerBytes), direction);
  if (direction === "device-to-cloud") {
    switch (message.type) {
      case "init":
        return turn;
      case "response":
        return { answers: queryToken(message.ids), ...turn };
      case "ack":
        return { answers: setToken(message.ids), ...turn };
      case "undecoded":
        return { answers: String(functionCode.undecoded), ...turn };
      default:
        return {};
    }
  }
  const command = (one: CloudCommand): Pick<Outline, "command"> => (own === true ? {} : { command: one });
  switch (message.type) {
    case "query":
      return { answers: turn.asks, asks: queryToken(message.ids), ...command(query) };
    case "set":
      return { answers: turn.asks, asks: setToken(message.ids), ...command(commandOf(message.items, unit)) };
    case "undecoded":
      return { answers: turn.asks, asks: String(functionCode.undecoded), ...command(query) };
    default:
      return command({ classes: ["unknown"], keys: [] });
  }
}

/** What a Set wants; its text is shown whether it passes or not. */
export function commandOf(items: readonly Item[], unit: TemperatureUnit | undefined): CloudCommand {
  const classes = new Set(items.map(({ id }): CommandClass => setClasses[id] ?? "setting"));
  return {
    classes: classes.size === 0 ? ["setting"] : [...classes],
    text: `cloud ${describeSet(items, unit)}`,
    keys: [...new Set(items.map(({ id }) => keyOf(id)))],
  };
}
