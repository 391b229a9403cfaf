import type { LegNote } from "../model/recording.js";

const mark = "cloudtap ";
const securities = ["plain", "tls", "splice"] as const;

/** The line that stands beside the first packet of a leg in a capture. */
export function encodeLegNote(note: LegNote): string {
  const { session, leg, relay, protocol, security, port, device, reason } = note;
  const words = [
    `session=${session}`,
    `leg=${leg}`,
    `relay=${relay}`,
    `protocol=${protocol}`,
    `security=${security}`,
    ...(port === undefined ? [] : [`port=${port}`]),
    ...(device === undefined ? [] : [`device=${device}`]),
    `reason=${JSON.stringify(reason)}`,
  ];
  return mark + words.join(" ");
}

/** Reads the note out of a packet's comment, of which it is one line; undefined where there is none. Never throws. */
export function parseLegNote(comment: string): LegNote | undefined {
  for (const line of comment.split("\n")) {
    if (!line.startsWith(mark)) continue;
    const note = noteOf(line.slice(mark.length));
    if (note !== undefined) return note;
  }
  return undefined;
}

function noteOf(text: string): LegNote | undefined {
  const words = new Map<string, string>();
  for (const [, key = "", quoted, bare = ""] of text.matchAll(/(\w+)=(?:("(?:[^"\\]|\\.)*")|(\S*))/g)) {
    words.set(key, quoted === undefined ? bare : unquoted(quoted));
  }
  const leg = words.get("leg");
  const session = words.get("session");
  const security = securities.find((one) => one === words.get("security"));
  if (session === undefined || (leg !== "device" && leg !== "cloud") || security === undefined) return undefined;
  const port = Number(words.get("port"));
  const device = words.get("device");
  return {
    ...{ session, leg, security },
    ...{ relay: words.get("relay") ?? "", protocol: words.get("protocol") ?? "", reason: words.get("reason") ?? "" },
    ...(Number.isInteger(port) && port > 0 && port < 65_536 ? { port } : {}),
    ...(device === undefined ? {} : { device }),
  };
}

function unquoted(text: string): string {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "string" ? found : text;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
