import {
  type Document,
  isAlias,
  isCollection,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { CloudtapError } from "../runtime/errors.js";

/** Aliases that one file may resolve: enough for anchors, too few for an expansion bomb. */
const aliasLimit = 100;
const depthLimit = 64;
/** `- - - …`: lists in lists without a bracket. */
const nestedItems = /(?:[-?]\s+){64}/;

/** The library's own messages quote the file, which may hold a password; these do not. */
const explanations: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_ALIAS: "an alias (*name) without its anchor; quote a text that begins with *",
  BAD_INDENT: "wrong indentation, or a bracket that is not closed",
  BLOCK_AS_IMPLICIT_KEY: "a second colon in the line; quote a text with a colon",
  DUPLICATE_KEY: "a key for the second time",
  MISSING_CHAR: "a missing quote, bracket or comma",
  MULTIPLE_ANCHORS: "two anchors at one place",
  MULTIPLE_DOCS: "a second document (---); one is allowed",
  TAB_AS_INDENT: "a tab as indentation; use blanks",
  TAG_RESOLVE_FAILED: "a tag (!name) that Cloudtap does not know; quote a text that begins with !",
  UNEXPECTED_TOKEN: "something that does not belong there",
};

/** Reads YAML 1.2, JSON included. Undefined: nothing in it. Throws CloudtapError CONFIG_UNREADABLE with line and column. */
export function parseConfigurationText(text: string, file: string): unknown {
  if (isTooDeep(text)) throw unreadable(file, `nesting deeper than ${depthLimit}`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    ...{ version: "1.2", strict: true, uniqueKeys: true, stringKeys: true, prettyErrors: false },
    lineCounter: lines,
  });
  const [fault] = [...document.errors, ...document.warnings];
  const failure = fault === undefined ? danglingAlias(document) : { code: fault.code, offset: fault.pos[0] };
  if (failure !== undefined) {
    const found = explanations[failure.code] ?? "something that is neither";
    throw unreadable(file, found, lines.linePos(failure.offset));
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliasLimit });
    return value ?? undefined;
  } catch (error) {
    if (error instanceof ReferenceError) throw unreadable(file, "aliases that expand too far");
    throw error;
  }
}

/** The library recurses. Brackets inside texts are counted too: nobody writes so many of them. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    if (depth > depthLimit) return true;
  }
  return nestedItems.test(text);
}

/** The first alias whose anchor does not stand before it. */
function danglingAlias(document: Document): { readonly code: "BAD_ALIAS"; readonly offset: number } | undefined {
  const anchors = new Set<string>();
  let offset: number | undefined;
  visit(document, (_key, node) => {
    if (isAlias(node) && !anchors.has(node.source)) {
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    }
    if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined) anchors.add(node.anchor);
    return undefined;
  });
  return offset === undefined ? undefined : { code: "BAD_ALIAS", offset };
}

function unreadable(file: string, found: string, at?: { readonly line: number; readonly col: number }): CloudtapError {
  const place = at === undefined ? file : `${file}, line ${at.line}, column ${at.col}`;
  const details = at === undefined ? { file } : { file, line: at.line, column: at.col };
  return new CloudtapError("CONFIG_UNREADABLE", `${place}: expected YAML or JSON, found ${found}`, details);
}
