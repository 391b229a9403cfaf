import { XMLParser } from "fast-xml-parser";
import { WireError } from "./wire-error.js";

export interface XmlElement {
  readonly name: string;
  /** All as text. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text and CDATA of the element itself, in order. */
  readonly text: string;
}

export interface XmlLimits {
  readonly characters: number;
  /** How many times `<` may occur. */
  readonly tags: number;
}

const depthLimit = 16;
const attributesKey = ":@";
const textKey = "#text";
const cdataKey = "#cdata";

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  textNodeName: textKey,
  cdataPropName: cdataKey,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: depthLimit,
});

/** A document type brings entities, and with them bombs and files. `parseXml` refuses it. */
export function hasDoctype(text: string): boolean {
  return /<!(?:DOCTYPE|ENTITY)/i.test(text);
}

/** The root element. No document type, no entities but the predefined and the numeric ones. Throws WireError, nothing else. */
export function parseXml(text: string, limits: XmlLimits): XmlElement {
  if (text.length > limits.characters) {
    throw new WireError(`expected at most ${limits.characters} characters of XML, found ${text.length}`);
  }
  if (hasDoctype(text)) throw new WireError("expected XML without a document type");
  if (countTags(text, limits.tags) > limits.tags) throw new WireError(`expected at most ${limits.tags} tags`);
  const roots = readElements(parse(text));
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw new WireError(`expected one root element, found ${roots.length}`);
  // The parser closes what a cut document leaves open; half a document must not pass for a whole one.
  if (!isClosed(text, root.name)) throw new WireError("expected the root element to be closed");
  return root;
}

function parse(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (error) {
    throw new WireError("expected well-formed XML", { cause: error });
  }
}

function countTags(text: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf("<"); at >= 0 && count <= most; at = text.indexOf("<", at + 1)) count += 1;
  return count;
}

function isClosed(text: string, root: string): boolean {
  const last = text.lastIndexOf("<");
  const tail = text.slice(last).trimEnd();
  return tail.endsWith("/>") ? tail.startsWith(`<${root}`) : tail.startsWith(`</${root}`) && tail.endsWith(">");
}

/** Nodes are `{ name: [nodes], ":@": { attribute: text } }`. */
function readElements(nodes: unknown): readonly XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    if (!isRecord(node)) return [];
    const name = Object.keys(node).find((key) => key !== attributesKey && key !== textKey && key !== cdataKey);
    if (name === undefined) return [];
    const content = node[name];
    return [
      { name, attributes: readAttributes(node[attributesKey]), children: readElements(content), text: textOf(content) },
    ];
  });
}

function readAttributes(attributes: unknown): ReadonlyMap<string, string> {
  if (!isRecord(attributes)) return new Map();
  return new Map(Object.entries(attributes).map(([name, value]) => [name, decodeEntities(String(value))]));
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return "";
  return nodes
    .map((node: unknown) => {
      if (!isRecord(node)) return "";
      if (cdataKey in node) return rawText(node[cdataKey]);
      return textKey in node ? decodeEntities(String(node[textKey])) : "";
    })
    .join("");
}

function rawText(nodes: unknown): string {
  if (!Array.isArray(nodes)) return "";
  return nodes.map((node: unknown) => (isRecord(node) && textKey in node ? String(node[textKey]) : "")).join("");
}

const predefined: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole: string, ...groups: unknown[]) => {
    const [decimal, hex, name] = groups;
    if (typeof name === "string") return predefined[name] ?? whole;
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
