import { describe, expect, it } from "vitest";
import { createWriteCheck } from "../../src/web/write-check.js";

const check = createWriteCheck({ ingress: false });
const own = { "x-cloudtap": "page", host: "pi.local:8099" };
const post = (headers: Readonly<Record<string, string>>) => check({ method: "POST", headers: { ...own, ...headers } });

describe("check of writes", () => {
  it("lets all pass that only reads", () => {
    const foreign = { host: "pi.local", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect(["GET", "HEAD"].map((method) => check({ method, headers: foreign }))).toEqual([undefined, undefined]);
  });

  it.each([
    {},
    { origin: "http://pi.local:8099" },
    { origin: "https://PI.local:8099", "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { "content-type": "application/json; charset=utf-8", "content-length": "2" },
    { "content-length": "0" },
  ])("lets a write of the page pass: %j", (headers) => {
    expect(post(headers)).toBeUndefined();
    expect(check({ method: "DELETE", headers: { ...own, ...headers } })).toBeUndefined();
  });

  it.each([
    { "x-cloudtap": "" },
    { "x-cloudtap": "Page" },
    { origin: "https://evil.example" },
    { origin: "http://pi.local" },
    { origin: "http://pi.local:8099.evil.example" },
    { origin: "http://user@pi.local:8099/x" },
    { origin: "null" },
    { origin: "" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", origin: "http://pi.local:8099" },
  ])("refuses what another page may have sent: %j", (headers) => {
    expect(post(headers)).toMatchObject({ code: "FORBIDDEN" });
  });

  it("refuses a form, whose header cannot be set", () => {
    const headers = { host: own.host, "content-type": "application/x-www-form-urlencoded", "content-length": "7" };
    expect(check({ method: "POST", headers })).toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([
    { "content-length": "2" },
    { "content-length": "2", "content-type": "text/plain" },
    { "transfer-encoding": "chunked", "content-type": "application/jsonp" },
    { "content-length": "x", "content-type": "multipart/form-data" },
  ])("takes no body but JSON: %j", (headers) => {
    expect(post(headers)).toMatchObject({ code: "MEDIA_TYPE" });
  });

  it.each(["OPTIONS", "PUT", "PATCH", "TRACE", "PROPFIND", ""])(
    "serves no %s, so that no preflight is granted",
    (method) => {
      expect(check({ method, headers: own })).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
    },
  );

  it("leaves the origin to Home Assistant under ingress, but not what the browser says of the site", () => {
    const ingress = createWriteCheck({ ingress: true });
    const headers = { "x-cloudtap": "page", host: "172.30.33.5:8099", origin: "https://ha.example" };
    expect(ingress({ method: "POST", headers })).toBeUndefined();
    const foreign = { ...headers, "sec-fetch-site": "cross-site" };
    expect(ingress({ method: "POST", headers: foreign })).toMatchObject({ code: "FORBIDDEN" });
  });
});
