import type { FastifyInstance, FastifyRequest } from "fastify";
import type { SettingRequest } from "../api-requests.js";
import { found, RequestError } from "../request-error.js";
import { deviceSchemas } from "../schemas/devices.js";
import { list, oneOf, ref } from "../schemas/schema.js";
import type { PageSources } from "../sources.js";
import { describeRoute, jsonAnswer, viewAnswer } from "./route-schema.js";

interface DeviceParams {
  readonly id: string;
}

interface SettingParams extends DeviceParams {
  readonly key: string;
}

const tag = "devices";
const missing = "There is no device of that id";
const params = { id: { type: "string", minLength: 1, maxLength: 128, description: "Id of a device" } };
const settingParams = {
  ...params,
  key: { type: "string", minLength: 1, maxLength: 128, description: "Key of a value" },
};

const schemas = {
  device: describeRoute({
    ...{ id: "device", tag, params, summary: "A device with all of its values" },
    ...{ answer: viewAnswer(deviceSchemas.device, "The device"), faults: ["NOT_FOUND"] },
  }),
  history: describeRoute({
    ...{ id: "history", tag, params, summary: "Its values of the last hours, for charts" },
    query: {
      keys: { type: "string", maxLength: 4096, default: "", description: "Keys with commas between; absent: all" },
      hours: { type: "number", exclusiveMinimum: 0, maximum: 336, default: 48 },
    },
    ...{ answer: viewAnswer(deviceSchemas.history, "A series for each key"), faults: ["NOT_FOUND"] },
  }),
  energy: describeRoute({
    ...{ id: "energy", tag, params, summary: "Its energy by day" },
    query: { days: { type: "integer", minimum: 1, maximum: 366, default: 30 } },
    ...{ answer: viewAnswer(deviceSchemas.energy, "The days, the oldest first"), faults: ["NOT_FOUND"] },
  }),
  properties: describeRoute({
    ...{ id: "properties", tag, params, summary: "Its properties as its vendor numbers them" },
    query: { format: oneOf(["json", "md"], "`md`: as a table in Markdown") },
    answer: {
      description: "The properties",
      content: { "application/json": list(ref(deviceSchemas.property)), "text/markdown": { type: "string" } },
    },
    faults: ["NOT_FOUND"],
  }),
  events: describeRoute({
    ...{ id: "events", tag, params, summary: "What happened to it" },
    ...{ answer: jsonAnswer(list(ref(deviceSchemas.event)), "The newest first"), faults: ["NOT_FOUND"] },
  }),
  write: describeRoute({
    ...{ id: "write", tag, params: settingParams, isWrite: true, summary: "Writes a setting" },
    description:
      "Needs `control: true` of the relay. The answer comes when the device has confirmed or refused, or did not call in time, which can take minutes.",
    ...{ body: deviceSchemas.settingRequest, answer: viewAnswer(deviceSchemas.write, "How it ended") },
    faults: ["NOT_FOUND", "CONFLICT", "MEDIA_TYPE", "BUSY"],
  }),
  forgetSplice: describeRoute({
    ...{
      id: "forgetSplice",
      tag,
      params,
      isWrite: true,
      summary: "Has a device read again that refused the certificate",
    },
    ...{
      answer: viewAnswer(deviceSchemas.forgotten, "How many notes were dropped"),
      faults: ["NOT_FOUND", "CONFLICT"],
    },
  }),
};

export function registerDeviceRoutes(app: FastifyInstance, sources: PageSources): void {
  app.get<{ Params: DeviceParams }>("/api/devices/:id", { schema: schemas.device }, async ({ params: { id } }) =>
    found(await sources.device(id), missing),
  );
  app.get<{ Params: DeviceParams; Querystring: { readonly keys: string; readonly hours: number } }>(
    "/api/devices/:id/history",
    { schema: schemas.history },
    async ({ params: { id }, query: { keys, hours } }) => {
      const wanted = keys.split(",").filter((key) => key !== "");
      return found(await sources.history(id, wanted, hours), missing);
    },
  );
  app.get<{ Params: DeviceParams; Querystring: { readonly days: number } }>(
    "/api/devices/:id/energy",
    { schema: schemas.energy },
    async ({ params: { id }, query: { days } }) =>
      found(await sources.energy(id, days), "There is no device of that id with a total of energy"),
  );
  app.get<{ Params: DeviceParams }>("/api/devices/:id/events", { schema: schemas.events }, async ({ params: { id } }) =>
    found(await sources.events(id), missing),
  );
  app.post<{ Params: DeviceParams }>(
    "/api/devices/:id/forget-splice",
    { schema: schemas.forgetSplice },
    async ({ params: { id } }) => ({ forgotten: found(await sources.forgetSplice(id), missing) }),
  );
  registerProperties(app, sources);
  app.post<{ Params: SettingParams; Body: SettingRequest }>(
    "/api/devices/:id/settings/:key",
    { schema: schemas.write, preValidation: refuseNull },
    async ({ params: { id, key }, body: { value } }) =>
      found(await sources.write(id, key, String(value)), "There is no device of that id with such a setting"),
  );
}

/** Validation would make a number of it, which the device would get. */
async function refuseNull({ body }: FastifyRequest): Promise<void> {
  if (typeof body === "object" && body !== null && "value" in body && body.value === null) {
    throw new RequestError("BAD_REQUEST", "body/value must be a number, a text or a boolean");
  }
}

function registerProperties(app: FastifyInstance, sources: PageSources): void {
  const absent = "There is no device of that id with properties";
  app.get<{ Params: DeviceParams; Querystring: { readonly format?: "json" | "md" } }>(
    "/api/devices/:id/properties",
    { schema: schemas.properties },
    async ({ params: { id }, query: { format } }, reply) => {
      if (format !== "md") return found(await sources.properties(id), absent);
      const markdown = found(await sources.propertiesMarkdown(id), absent);
      reply.header("content-type", "text/markdown; charset=utf-8");
      return markdown;
    },
  );
}
