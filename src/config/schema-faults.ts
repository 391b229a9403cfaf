import { Ajv, type ErrorObject } from "ajv";
import { commandClasses } from "../model/command.js";
import type { ConfigFault } from "../runtime/errors.js";
import { describeAllowed } from "./allowed.js";
import type { ConfigurationDocument } from "./configuration.js";
import { formats } from "./formats.js";
import { suggestion } from "./nearest.js";
import type { SchemaNode } from "./schema-nodes.js";
import { describeFound, describeSecret, joinPath, shorten } from "./section.js";

/** Says whether a document fits; fills in the defaults of the schema in place. */
export interface SchemaCheck {
  (document: unknown): document is ConfigurationDocument;
  /** What the last call found, one fault a path. */
  faults(): readonly ConfigFault[];
}

export function createSchemaCheck(schema: SchemaNode): SchemaCheck {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    useDefaults: true,
    verbose: true,
    formats,
  });
  ajv.addVocabulary(["allowed", "defaultText", "secret"]);
  const accepts = ajv.compile<ConfigurationDocument>({ ...schema });
  const check = (document: unknown): document is ConfigurationDocument => accepts(document);
  return Object.assign(check, { faults: () => describe(accepts.errors ?? [], schema) });
}

function describe(errors: readonly ErrorObject[], schema: SchemaNode): readonly ConfigFault[] {
  const byPath = new Map<string, ConfigFault>();
  for (const error of errors) {
    const fault = describeOne(error, schema);
    if (!byPath.has(fault.path)) byPath.set(fault.path, fault);
  }
  return [...byPath.values()];
}

function describeOne(error: ErrorObject, schema: SchemaNode): ConfigFault {
  const steps = stepsOf(error.instancePath);
  const path = steps.reduce<string>(joinPath, "");
  const node = nodeAt(schema, steps);
  if (error.keyword === "additionalProperties") return unknownKey(path, String(error.params.additionalProperty), node);
  if (error.keyword === "required") {
    const key = String(error.params.missingProperty);
    return { path: joinPath(path, key), found: "nothing", allowed: describeAllowed(nodeAt(node, [key])) };
  }
  const found = node.secret === true ? describeSecret(error.data) : describeFound(error.data);
  const hint = typeof error.data === "string" ? suggestionFor(error.data, node) : "";
  return { path: path === "" ? "configuration" : path, found, allowed: `${describeAllowed(node)}${hint}` };
}

function unknownKey(path: string, key: string, node: SchemaNode): ConfigFault {
  const keys = Object.keys(node.properties ?? {});
  return {
    path: joinPath(path, key),
    found: `the unknown key ${shorten(key)}`,
    allowed: `${keys.join(", ")}${suggestion(key, keys)}`,
  };
}

/** Of a list of words the first that is none of the known ones. */
function suggestionFor(text: string, node: SchemaNode): string {
  if (node.format !== "classes") return suggestion(text, textsOf(node));
  const words = text.split(",").map((word) => word.trim());
  const odd = words.find((word) => word !== "" && !commandClasses.some((known) => known === word));
  return odd === undefined ? "" : suggestion(odd, commandClasses);
}

function textsOf(node: SchemaNode): readonly string[] {
  return (node.enum ?? []).filter((value): value is string => typeof value === "string" && value !== "");
}

/** The schema of what stands at these steps. */
function nodeAt(schema: SchemaNode, steps: readonly (string | number)[]): SchemaNode {
  return steps.reduce<SchemaNode>((node, step) => {
    const child = typeof step === "number" ? node.items : node.properties?.[step];
    if (child === undefined) throw new Error(`the schema has nothing at ${step}`);
    return child;
  }, schema);
}

/** Steps of a JSON pointer: `/relays/1/listen` is relays, 1, listen. */
function stepsOf(pointer: string): readonly (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~")));
}
