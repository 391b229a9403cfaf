import type { Pseudonyms } from "../../model/pseudonyms.js";
import { disguiseWord } from "../../wire/disguise.js";
import { putText } from "../../wire/text-runs.js";
import { atCommands } from "./at-commands.js";

/** Words of the commands themselves, which name nobody. */
const commonWords = new Set(
  "ap sta apsta open shared none wep wpapsk wpa2psk wpa1psk_wpa2psk tkip aes tkipaes auto tcp udp server client dhcp static on off nfc fc ok err".split(
    " ",
  ),
);
/** Names of the vendors' servers end so. */
const vendorHost = /(?:^|\.)(?:solarmanpv\.com|deviceaccess\.host|igen-tech\.com|solarman\.cn)$/i;

/** AT commands and answers, in place: names, keys, hosts and addresses in their parameters. */
export function disguiseAtText(content: Uint8Array, pseudonyms: Pseudonyms): void {
  const text = String.fromCharCode(...content);
  const replaced = text.replaceAll(/[^\r\n\0]+/g, (line) => disguiseLine(line, pseudonyms));
  putText(content, 0, content.length, replaced);
}

function disguiseLine(line: string, pseudonyms: Pseudonyms): string {
  const [, start = "", name = "", parameters = ""] = /^(\s*(?:AT)?\+([A-Z0-9_]*)\s*=?)(.*)$/is.exec(line) ?? [];
  const isAnswer = start === "" || /^(?:ok|err)$/i.test(name);
  const isHarmless = atCommands[name.toUpperCase()]?.harmless === true;
  const text = start === "" ? line : parameters;
  const words = text.replaceAll(/[^,;&\s]+/g, (word) => {
    const known = disguiseWord(word, pseudonyms);
    if (known !== undefined) return known.padEnd(word.length);
    if (/^\d{1,5}$/.test(word) || commonWords.has(word.toLowerCase())) return word;
    if (isHarmless) return isForeignHost(word) ? pseudonyms.name(word) : word;
    return isAnswer ? pseudonyms.passage(word) : pseudonyms.name(word);
  });
  return start + words;
}

function isForeignHost(word: string): boolean {
  return /[a-z].*\.[a-z]|\.[a-z]/i.test(word) && !/[/:]/.test(word) && !vendorHost.test(word);
}
