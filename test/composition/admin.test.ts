import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { askRunning } from "../../src/admin/client.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { parseStatus } from "../../src/doctor/status.js";
import { Application } from "../../src/main.js";
import { protocols } from "../../src/protocols/registry.js";
import { systemClock } from "../../src/runtime/clock.js";
import { recordLog } from "../support/log-recorder.js";
import { freePort } from "../support/mosquitto.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-admin-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what commands ask of the running program", () => {
  it("is answered from what its parts know, for as long as it runs", async () => {
    const relays = [{ name: "any", protocol: "raw", listen: `127.0.0.1:${await freePort()}`, upstream: "127.0.0.1:9" }];
    const mqtt = { embedded: { listen: `127.0.0.1:${await freePort()}` } };
    const configuration = validateConfiguration(
      { relays, mqtt, web: { enabled: false } },
      { protocols, dataDir: folder },
    );
    const ports = { log: recordLog().log, clock: systemClock, version: "1.2.3", broker: undefined, reason: "a test" };
    const application = new Application(configuration, ports);
    await application.start();
    const path = adminSocketPath(folder);
    const parsed = parseStatus(await askRunning(path, "status", {}, 5_000));
    expect(parsed).toMatchObject({
      type: "status",
      status: {
        version: "1.2.3",
        pid: process.pid,
        relays: [{ name: "any", turnedAway: 0 }],
        callers: [],
        splices: [],
      },
    });
    expect(await askRunning(path, "forget", { what: "all" }, 5_000)).toEqual([]);
    await application.stop();
    await expect(askRunning(path, "status", {}, 5_000)).rejects.toMatchObject({ code: "NOT_RUNNING" });
  });
});
