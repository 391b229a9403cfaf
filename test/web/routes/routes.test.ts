import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { CloudtapError } from "../../../src/runtime/errors.js";
import { allSchemas } from "../../../src/web/schemas/all.js";
import { list, ref, type ViewSchema } from "../../../src/web/schemas/schema.js";
import { exampleLive, exampleViews } from "../../support/example-views.js";
import { ask, setUpWeb } from "../web-setup.js";

const id = exampleViews.device.id;

/** Every answer that is a view, with the example that the source gives and the name of its schema. */
const views: readonly (readonly [path: string, schema: string, example: unknown])[] = [
  ["/api/overview", "OverviewView", exampleViews.overview],
  ["/api/privacy", "PrivacyView", exampleViews.privacy],
  ["/health", "HealthView", exampleViews.health],
  [`/api/devices/${id}`, "DeviceView", exampleViews.device],
  [`/api/devices/${id}/history`, "HistoryView", exampleViews.history],
  [`/api/devices/${id}/energy`, "EnergyView", exampleViews.energy],
  [`/api/devices/${id}/properties`, "PropertyView[]", exampleViews.properties],
  [`/api/devices/${id}/events`, "DeviceEventView[]", exampleViews.events],
  ["/api/sessions", "SessionsView", exampleViews.sessions],
  ["/api/sessions/last", "FramesView", exampleViews.frames],
  ["/api/sessions/s1/frames", "FramesView", exampleViews.frames],
  ["/api/captures", "CapturesView", exampleViews.captures],
  ["/api/setup", "SetupView", exampleViews.setup],
  ["/api/setup/checklist/deye", "ChecklistView", exampleViews.checklist],
];

/** Views that no path gives whole. */
const otherViews: readonly (readonly [schema: string, example: unknown])[] = [
  ["RunningCaptureView", exampleViews.running],
  ["WriteView", exampleViews.write],
  ["WriteView", { status: "rejected", error: "out of range" }],
  ["LiveHello", exampleLive.hello],
  ["LiveState", exampleLive.state],
  ["LiveDevice", exampleLive.device],
  ["LiveEvent", exampleLive.event],
  ["SettingRequest", { value: 400 }],
  ["CaptureRequest", { target: "deye", seconds: 60 }],
  ["StoppedView", { stopped: 1 }],
  ["ForgottenView", { forgotten: 1 }],
  ["ErrorView", { error: "NOT_FOUND", message: "There is nothing here" }],
];

function named(name: string): ViewSchema {
  const schema = allSchemas.find(({ $id }) => $id === name);
  if (schema === undefined) throw new Error(`no schema ${name}`);
  return schema;
}

/** The same schema, but that no object may have a key that it does not describe. */
function closed(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const inner = Object.fromEntries(Object.entries(schema).map(([keyword, child]) => [keyword, closed(child)]));
  return "properties" in schema ? { ...inner, additionalProperties: false } : inner;
}

/** Where an example is not as its schema says. */
function faultsOf(name: string, example: unknown): unknown {
  const schemas = JSON.parse(JSON.stringify(closed(allSchemas)));
  const ajv = new Ajv({ schemas, allErrors: true, allowUnionTypes: true });
  const schema = name.endsWith("[]") ? list(ref(named(name.slice(0, -2)))) : ref(named(name));
  const validate = ajv.compile(schema);
  return validate(example) ? [] : validate.errors;
}

function keysIn(value: unknown, into = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return into;
  for (const [key, child] of Object.entries(value)) keysIn(child, into.add(key));
  return into;
}

function keysOf(schema: object, into = new Set<string>()): Set<string> {
  for (const [keyword, child] of Object.entries(schema)) {
    if (keyword === "properties") for (const key of Object.keys(child)) into.add(key);
    if (typeof child === "object" && child !== null && keyword !== "required") keysOf(child, into);
  }
  return into;
}

describe("routes", () => {
  it.each(views)("gives whole what %s shows, as its schema says", async (path, schema, example) => {
    const { port } = await setUpWeb();
    const reply = await ask(port, path);
    expect(reply).toMatchObject({ status: 200, json: example });
    expect(reply.json).toEqual(example);
    expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(faultsOf(schema, reply.json)).toEqual([]);
  });

  it.each(otherViews)("describes %s as it is", (schema, example) => {
    expect(faultsOf(schema, example)).toEqual([]);
  });

  it("checks all of this with an example of every key that is described", () => {
    const shown = keysIn([views, otherViews]);
    const described = allSchemas.flatMap((schema) => [...keysOf({ schema })]);
    expect(described.filter((key) => !shown.has(key))).toEqual([]);
  });

  it.each(["overview", "privacy", "setup", "sessions", "captures"] as const)(
    "says what is in the way of %s, with its code",
    async (name) => {
      const { port, sources } = await setUpWeb();
      Object.assign(sources, { [name]: () => Promise.reject(new CloudtapError("STORE_FAILED", "the disk is full")) });
      expect(await ask(port, `/api/${name}`)).toMatchObject({
        status: 409,
        json: { error: "STORE_FAILED", message: "the disk is full" },
      });
    },
  );
});
