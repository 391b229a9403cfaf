import { describe, expect, it } from "vitest";
import { Api, ApiError, downloads, type Fetching } from "../../../../src/web/page/logic/api.js";

function setUp(status = 200, body: unknown = {}) {
  const asked: { readonly path: string; readonly options: Parameters<Fetching>[1] }[] = [];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const api = new Api(async (path, options) => {
    asked.push({ path, options });
    return { ok: status < 400, status, text: async () => text };
  });
  return { api, asked };
}

describe("asking the API", () => {
  it("asks by relative paths, with ids that cannot leave their place", async () => {
    const { api, asked } = setUp();
    await api.overview();
    await api.device("../secret?x=1");
    await api.history("a", ["power", "dc_power"], 48);
    await api.history("a", [], 48);
    await api.frames("1-2");
    await api.checklist("roof");
    expect(asked.map(({ path }) => path)).toEqual([
      "api/overview",
      "api/devices/..%2Fsecret%3Fx%3D1",
      "api/devices/a/history?keys=power%2Cdc_power&hours=48",
      "api/devices/a/history?hours=48",
      "api/sessions/1-2/frames",
      "api/setup/checklist/roof",
    ]);
    expect(asked.every(({ options }) => options.method === "GET" && options.headers["x-cloudtap"] === undefined)).toBe(
      true,
    );
  });

  it("says of each write that it comes from the page", async () => {
    const { api, asked } = setUp();
    await api.write("pool", "setpoint", "55");
    await api.startCapture("all", 60);
    await api.stopCapture("c/1");
    await api.forgetSplice("pool");
    expect(asked.map(({ path, options }) => [options.method, path, options.body])).toEqual([
      ["POST", "api/devices/pool/settings/setpoint", '{"value":"55"}'],
      ["POST", "api/captures", '{"target":"all","seconds":60}'],
      ["DELETE", "api/captures/c%2F1", undefined],
      ["POST", "api/devices/pool/forget-splice", "{}"],
    ]);
    expect(asked.map(({ options }) => options.headers["x-cloudtap"])).toEqual(["page", "page", "page", "page"]);
    expect(asked.map(({ options }) => options.headers["content-type"])).toEqual([
      ...["application/json", "application/json", undefined, "application/json"],
    ]);
  });

  it("gives the table of properties as text", async () => {
    const { api, asked } = setUp(200, "| Id |");
    expect(await api.propertiesText("pool")).toBe("| Id |");
    expect(asked[0]?.path).toBe("api/devices/pool/properties?format=md");
  });

  it("tells what was refused, and why", async () => {
    const { api } = setUp(404, { error: "NOT_FOUND", message: "no such device" });
    await expect(api.device("x")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "no such device",
      isMissing: true,
    });
  });

  it("tells of an answer that is not Cloudtap's", async () => {
    for (const body of ["<html>Bad gateway</html>", "null", "{}", '{"error":1}']) {
      const { api } = setUp(502, body);
      await expect(api.sessions(), body).rejects.toMatchObject({
        code: "unreadable",
        message: "HTTP 502",
        isMissing: false,
      });
    }
  });

  it("tells that nobody answers", async () => {
    const api = new Api(() => Promise.reject(new TypeError("Failed to fetch")));
    const fault = await api.captures().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ApiError);
    expect(fault).toMatchObject({ isUnreachable: true });
  });

  it("knows where files are saved from", () => {
    expect(downloads.frames("1-2")).toBe("api/sessions/1-2/frames.pcapng");
    expect(downloads.capture("a b.pcapng", false)).toBe("api/captures/files/a%20b.pcapng");
    expect(downloads.capture("a.pcapng", true)).toBe("api/captures/files/a.pcapng?raw=true");
  });
});
