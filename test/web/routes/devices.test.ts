import { describe, expect, it } from "vitest";
import { CloudtapError } from "../../../src/runtime/errors.js";
import { exampleViews } from "../../support/example-views.js";
import { ask, setUpWeb, write } from "../web-setup.js";

const id = exampleViews.device.id;

describe("routes of devices", () => {
  it.each(["", "/history", "/energy", "/properties", "/properties?format=md", "/events"])(
    "says that there is no such device: %s",
    async (path) => {
      const { port } = await setUpWeb();
      expect(await ask(port, `/api/devices/other${path}`)).toMatchObject({ status: 404, json: { error: "NOT_FOUND" } });
    },
  );

  it("asks for the keys, hours and days that are wanted, and for the usual ones", async () => {
    const { port, sources } = await setUpWeb();
    await ask(port, `/api/devices/${id}/history`);
    await ask(port, `/api/devices/${id}/history?keys=power,energy_total&hours=2`);
    await ask(port, `/api/devices/${id}/energy`);
    await ask(port, `/api/devices/${id}/energy?days=7`);
    expect(sources.asked).toEqual([
      `history ${id}  48`,
      `history ${id} power+energy_total 2`,
      `energy ${id} 30`,
      `energy ${id} 7`,
    ]);
  });

  it.each(["history?hours=0", "history?hours=x", "history?hours=1000", "energy?days=1.5", "properties?format=xml"])(
    "refuses %s and says what is wrong",
    async (path) => {
      const { port, sources } = await setUpWeb();
      const reply = await ask(port, `/api/devices/${id}/${path}`);
      expect(reply).toMatchObject({ status: 400, json: { error: "BAD_REQUEST" } });
      expect(reply.text).toMatch(/hours|days|format/);
      expect(sources.asked).toEqual([]);
    },
  );

  it("gives the properties as Markdown where that is wanted", async () => {
    const { port } = await setUpWeb();
    const reply = await ask(port, `/api/devices/${id}/properties?format=md`);
    expect(reply).toMatchObject({ status: 200, text: exampleViews.propertiesMarkdown });
    expect(reply.headers["content-type"]).toBe("text/markdown; charset=utf-8");
  });

  it("writes a setting and tells how that ended", async () => {
    const { port, sources } = await setUpWeb();
    const path = `/api/devices/${id}/settings/power_limit`;
    expect(await write(port, "POST", path, { value: 400 })).toMatchObject({
      status: 200,
      json: { status: "applied", value: 400 },
    });
    sources.views.write = { status: "rejected", error: "above 800" };
    expect((await write(port, "POST", path, { value: true })).json).toEqual({ status: "rejected", error: "above 800" });
    expect(sources.asked).toEqual([`write ${id} power_limit 400`, `write ${id} power_limit true`]);
  });

  it.each([{}, { value: null }, { value: [1] }, { value: { a: 1 } }, { value: 1, more: 2 }, undefined, null, 5])(
    "writes nothing for the body %j",
    async (body) => {
      const { port, sources } = await setUpWeb();
      expect(await write(port, "POST", `/api/devices/${id}/settings/power_limit`, body)).toMatchObject({
        status: 400,
        json: { error: "BAD_REQUEST" },
      });
      expect(sources.asked).toEqual([]);
    },
  );

  it("says that a device has no such setting, and why a write cannot be tried", async () => {
    const { port, sources } = await setUpWeb();
    expect(await write(port, "POST", "/api/devices/other/settings/key", { value: 1 })).toMatchObject({ status: 404 });
    sources.write = () => Promise.reject(new CloudtapError("REQUEST_FAILED", "control is off"));
    expect(await write(port, "POST", `/api/devices/${id}/settings/key`, { value: 1 })).toMatchObject({
      status: 409,
      json: { error: "REQUEST_FAILED", message: "control is off" },
    });
  });

  it("has a device read again, with or without a body", async () => {
    const { port } = await setUpWeb();
    const path = `/api/devices/${id}/forget-splice`;
    expect(await write(port, "POST", path)).toMatchObject({ status: 200, json: { forgotten: 1 } });
    const headers = { "x-cloudtap": "page", "content-type": "application/json" };
    expect(await ask(port, path, { method: "POST", headers })).toMatchObject({ status: 200, json: { forgotten: 1 } });
    expect(await write(port, "POST", "/api/devices/other/forget-splice")).toMatchObject({ status: 404 });
  });
});
