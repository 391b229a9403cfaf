import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeviceCertificates, type DeviceCertificate } from "../../../src/relay/tls/certificates.js";
import { DeviceContexts } from "../../../src/relay/tls/device-contexts.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { silentLogger } from "../../../src/runtime/log.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
let certificate: DeviceCertificate;

beforeAll(async () => {
  certificate = await createDeviceCertificates(folder, systemClock, silentLogger()).of(undefined);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("TLS contexts of device legs", () => {
  it("are made once for each server name", async () => {
    const asked: (string | undefined)[] = [];
    const contexts = new DeviceContexts(async (name) => {
      asked.push(name);
      return certificate;
    }, "TLSv1.2");
    const first = await contexts.of("a.example");
    expect(await contexts.of("a.example")).toBe(first);
    expect(await contexts.of("b.example")).not.toBe(first);
    await contexts.of(undefined);
    expect(asked).toEqual(["a.example", "b.example", undefined]);
  });

  it("are tried again after a certificate could not be made", async () => {
    let fails = true;
    const contexts = new DeviceContexts(async () => {
      if (fails) throw new Error("disk full");
      return certificate;
    }, "TLSv1.2");
    await expect(contexts.of("a.example")).rejects.toThrow("disk full");
    fails = false;
    expect(await contexts.of("a.example")).toBeDefined();
  });

  it("do not pile up when a device makes up names", async () => {
    let made = 0;
    const contexts = new DeviceContexts(async () => {
      made += 1;
      return certificate;
    }, "TLSv1.2");
    for (let index = 0; index < 65; index += 1) await contexts.of(`${index}.example`);
    await contexts.of("64.example");
    expect(made).toBe(65);
    await contexts.of("0.example");
    expect(made).toBe(66);
  });
});
