import { describe, expect, it } from "vitest";
import { createPeerCheck, isHealthCheck } from "../../src/web/peer-check.js";

const check = createPeerCheck({ supervisor: "172.30.32.2" });
const page = { method: "GET", path: "/" };
const health = { method: "GET", path: "/health" };

describe("check of who calls", () => {
  it.each(["172.30.32.2", "::ffff:172.30.32.2", "::ffff:ac1e:2002"])("serves the Supervisor, %s", (address) => {
    expect(check({ ...page, address })).toBeUndefined();
    expect(check({ address, method: "POST", path: "/api/captures" })).toBeUndefined();
  });

  it.each(["172.30.32.1", "172.30.32.20", "127.0.0.1", "::1", "::ffff:192.0.2.1", "fe80::1%eth0", "", undefined])(
    "refuses %j",
    (address) => {
      expect(check({ ...page, address })).toMatchObject({ code: "FORBIDDEN" });
      expect(check({ method: "POST", path: "/health", address })).toMatchObject({ code: "FORBIDDEN" });
    },
  );

  it.each(["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])("tells this host, %s, its health alone", (address) => {
    expect(check({ ...health, address })).toBeUndefined();
    expect(check({ ...health, method: "HEAD", address })).toBeUndefined();
    expect(check({ method: "GET", path: "/metrics", address })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("tells nobody else the health", () => {
    expect(check({ ...health, address: "192.0.2.1" })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("serves everybody where there is no ingress", () => {
    const open = createPeerCheck(undefined);
    expect(["192.0.2.1", undefined].map((address) => open({ ...page, address }))).toEqual([undefined, undefined]);
  });

  it("knows a health check", () => {
    expect(isHealthCheck("GET", "/health")).toBe(true);
    expect([isHealthCheck("POST", "/health"), isHealthCheck("GET", "/health/")]).toEqual([false, false]);
  });
});
