import type { CommandClass } from "../../model/command.js";
import { findRequest, type ModbusFrame } from "./modbus.js";

/** What an AT command does: docs/protocols/solarman.md §8. */
export interface AtCommand {
  /** With parameters, and without them where it `acts`. Without parameters any other command only asks. */
  readonly classes: readonly CommandClass[];
  readonly acts?: true;
  /** Its parameters are known to hold no password and no network name. */
  readonly harmless?: true;
}

const firmware = { classes: ["firmware"], acts: true, harmless: true } as const satisfies AtCommand;
const server = { classes: ["server"], harmless: true } as const satisfies AtCommand;
const setting = { classes: ["setting"] } as const satisfies AtCommand;
/** Asks; with parameters it is not known what it does. */
const query = { classes: ["unknown"] } as const satisfies AtCommand;

/** By the name behind `AT+`. */
export const atCommands: Readonly<Record<string, AtCommand>> = {
  UPURL: firmware,
  SUPDATE: firmware,
  UPFILE: firmware,
  UPST: firmware,
  Z: { classes: ["reboot"], acts: true, harmless: true },
  // The address of the server is the vendor's again afterwards, the network's name and key are gone.
  RELD: { classes: ["server", "setting", "reboot"], acts: true, harmless: true },
  NETP: server,
  SOCKB: server,
  TCPB: server,
  TCPADDB: server,
  TCPPTB: server,
  TCPDIS: server,
  TCPDISB: server,
  TIME: { ...setting, harmless: true },
  WEBU: setting,
  WMODE: setting,
  WSSSID: setting,
  WSKEY: setting,
  WAP: setting,
  WAKEY: setting,
  WANN: setting,
  LANN: setting,
  WSDNS: setting,
  UART: setting,
  CFGTF: { ...setting, acts: true },
  VER: query,
  LVER: query,
  APPVER: query,
  YZVER: query,
  YZCMPVER: query,
  DTYPE: query,
  MID: query,
  WSMAC: query,
  WSLK: query,
  WSLQ: query,
  WSCAN: query,
  TCPLK: query,
  TCPLKB: query,
};

/** Carries a Modbus frame: `AT+INVDATA=<bytes>,<hex>`. */
const modbusCarrier = "INVDATA";
/** More than any AT text has. */
const mostBytes = 4096;

/** One line of an AT text. */
export interface AtLine {
  /** In capitals, without `AT+`; empty: not an AT command. */
  readonly name: string;
  /** Undefined: none, or a question mark. */
  readonly parameters?: string;
  /** As it may be shown: printable, not long, without what could be a secret. */
  readonly text: string;
  /** What the Modbus carrier carries; its `frame` is undefined where that is none. */
  readonly carried?: { readonly frame: ModbusFrame | undefined };
}

const longestText = 120;

/** All commands of a content: one for each line that is not empty. */
export function readAtLines(content: Uint8Array): readonly AtLine[] {
  const text = String.fromCharCode(...content.subarray(0, mostBytes));
  return text
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/[^ -~]/g, " ").trim())
    .filter((line) => line !== "")
    .map(readLine);
}

/** At least one, each once. Unknown commands stay unknown without parameters too: some act without any. */
export function classesOfAt({ name, parameters }: AtLine): readonly CommandClass[] {
  const known = atCommands[name];
  if (known === undefined) return ["unknown"];
  return parameters === undefined && known.acts !== true ? ["query"] : known.classes;
}

function readLine(line: string): AtLine {
  const match = /^AT\+([A-Z0-9_]+)\s*=?\s*(.*)$/i.exec(line);
  if (match === null) return { name: "", text: shorten(line.replace(/=.+$/, "=…")) };
  const name = (match[1] ?? "").toUpperCase();
  const parameters = match[2] ?? "";
  if (parameters === "" || parameters === "?") return { name, text: shorten(line) };
  const isCarrier = name === modbusCarrier;
  const isHarmless = isCarrier || atCommands[name]?.harmless === true;
  const text = isHarmless ? shorten(line) : `AT+${shorten(name)}=…`;
  return { name, parameters, text, ...(isCarrier ? { carried: { frame: readCarried(parameters) } } : {}) };
}

function readCarried(parameters: string): ModbusFrame | undefined {
  const digits = /^\d+,((?:[0-9a-f]{2})+)$/i.exec(parameters)?.[1] ?? "";
  const pairs = digits.match(/../g) ?? [];
  return findRequest(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}

function shorten(text: string): string {
  return text.slice(0, longestText);
}
