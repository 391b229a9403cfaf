import type { Finding } from "../model/finding.js";
import { iptablesCleanCommands, renderIptables } from "./iptables.js";
import { nftClean, renderNftTable } from "./nftables.js";
import type { InterceptOptions } from "./options.js";
import { renderOtherRouters } from "./other-routers.js";
import { routingCommands } from "./routing.js";
import { createRules, lifetimeS, type RuleSet } from "./rules.js";

export interface Printout {
  readonly options: InterceptOptions;
  readonly backend: "nft" | "iptables";
  readonly findings: readonly Finding[];
  /** Commands for settings of this host that are in the way. */
  readonly settings: readonly string[];
  /** The kernel knows `-m recent`. */
  readonly hasRecent: boolean;
}

/** What interception would do, as a shell script in which every line is explained. */
export function renderPrintout(printout: Printout): string {
  const { options, backend, findings } = printout;
  const rules = createRules(options);
  const sections = [
    renderHead(rules, backend),
    ["What was found on this host", "", ...findings.flatMap(renderFinding)].map(comment),
    [...renderRules(rules, printout)],
    ...(options.mode === "tproxy" ? [renderRouting(rules)] : []),
    renderSettings(printout),
    renderUndo(rules, backend),
    renderOtherRouters(options).map(comment),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** The same without a word of explanation. */
export function renderPlain({ options, backend, settings, hasRecent }: Omit<Printout, "findings">): string {
  const rules = createRules(options);
  const routing = options.mode === "tproxy" ? ipLines(rules, "add") : [];
  const lines = [...settings, ...routing, ...ruleCommands(rules, backend, hasRecent)];
  return `${lines.filter((line) => !line.trimStart().startsWith("#")).join("\n")}\n`;
}

function renderHead({ mode, families, devices }: RuleSet, backend: Printout["backend"]): readonly string[] {
  const who = families.flatMap((family) => devices[family]).join(", ");
  const how = mode === "tproxy" ? "taken over with their addresses unchanged (tproxy)" : "redirected";
  const filter = backend === "nft" ? "nftables" : "iptables";
  return [
    `Connections of ${who} are ${how}, by ${filter}.`,
    "",
    "Nothing was changed. `cloudtap intercept apply` does what stands here, and so does `cloudtap run` as long as it",
    `runs. Rules that it does not refresh end by themselves after ${lifetimeS} seconds. Everything else that the devices`,
    "send is forwarded as before: names, time, other ports.",
  ].map(comment);
}

function renderFinding({ check, state, found, remedy }: Finding): readonly string[] {
  const word = { ok: "ok", problem: "PROBLEM", unknown: "unknown" }[state];
  return [`${word.padEnd(9)}${check}: ${found}`, ...(remedy === undefined ? [] : [`         -> ${remedy}`])];
}

function renderRules(rules: RuleSet, { backend, hasRecent }: Printout): readonly string[] {
  const lapse = hasRecent
    ? "Rules alone do nothing: Cloudtap writes the line that keeps them alive."
    : "The kernel has no list that times out: a guard beside Cloudtap removes the rules once it is gone.";
  const families = rules.families.map((family) => `IPv${family}`).join(" and ");
  const title =
    backend === "nft" ? ["The rules, in one step"] : [`The rules for ${families}, each table in one step`, lapse];
  return [...title.map(comment), ...ruleCommands(rules, backend, hasRecent)];
}

function ruleCommands(rules: RuleSet, backend: Printout["backend"], hasRecent: boolean): readonly string[] {
  if (backend === "nft") return hereDocument("nft -f -", renderNftTable(rules));
  return rules.families.flatMap((family) =>
    renderIptables(rules, family, { hasRecent, hasJump: false }).flatMap(({ text }) =>
      hereDocument(`${family === 4 ? "iptables" : "ip6tables"}-restore --noflush`, text),
    ),
  );
}

function renderRouting(rules: RuleSet): readonly string[] {
  const { mark, table } = rules;
  return [
    comment(
      `Routes: packets with the mark ${`0x${mark.toString(16)}`} are delivered to this host, whoever they are for, by table ${table}.`,
    ),
    comment("`protocol 199` is how the clean-up knows its own."),
    ...ipLines(rules, "add"),
  ];
}

function renderSettings({ settings, options }: Printout): readonly string[] {
  if (settings.length === 0)
    return [comment("Settings of this host: none has to be changed, as far as they can be read.")];
  const who = options.prepare
    ? "`intercept.prepare` is true, so they are changed when interception begins and put back by the clean-up."
    : "`intercept.prepare` is false, so this is for you to do.";
  return [comment("Settings of this host that are in the way"), comment(who), ...settings];
}

function renderUndo(rules: RuleSet, backend: Printout["backend"]): readonly string[] {
  const filter =
    backend === "nft"
      ? hereDocument("nft -f -", nftClean)
      : rules.families.flatMap(iptablesCleanCommands).flatMap((words) => (isOf(rules, words) ? [words.join(" ")] : []));
  const routes = rules.mode === "tproxy" ? ipLines(rules, "del") : [];
  return ["How it is undone: `cloudtap intercept clean`, or by hand", "", ...filter, ...routes].map(comment);
}

/** Only of the table that is used here; the clean-up looks into both. */
function isOf({ mode }: RuleSet, words: readonly string[]): boolean {
  const divert = words.at(-1) === "CLOUDTAP-DIVERT";
  return words.includes(mode === "redirect" ? "nat" : "mangle") && (mode === "tproxy" || !divert);
}

function ipLines(rules: RuleSet, change: "add" | "del"): readonly string[] {
  return routingCommands(rules, change).map((words) => ["ip", ...words].join(" "));
}

/** A text that a command reads, in the words of a shell. */
function hereDocument(command: string, text: string): readonly string[] {
  return [`${command} <<'END'`, ...text.trimEnd().split("\n"), "END"];
}

function comment(line: string): string {
  return line === "" ? "#" : `# ${line}`;
}
