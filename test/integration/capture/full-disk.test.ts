import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithNetworks } from "../../support/network/requirements.js";
import { describeWithTshark, faultsOf } from "../../support/tshark.js";
import { Broker, Observer } from "../broker.js";
import { Program, temporaryFolder } from "../program.js";
import { connectBoth, EndServer } from "./ends.js";
import { asSeenBy, remount, withTmpfs } from "./mounted-folder.js";
import { capturesIn, finishedFiles } from "./recorded.js";

const ownDevice = "cloudtap_bridge";

describeWithTshark("a capture that finds no room", () => {
  describeWithNetworks("on a file system of its own", () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let captures: string;
    let broker: Broker;
    let observer: Observer;
    let server: EndServer;
    let program: Program;

    beforeEach(async () => {
      folder = temporaryFolder();
      captures = capturesIn(folder.path);
      mkdirSync(captures, { recursive: true });
      broker = await Broker.start(folder.path);
      observer = await Observer.connect(broker.url);
      server = await EndServer.start();
    });

    afterEach(async () => {
      await program.end("SIGKILL");
      await observer.stop();
      await broker.stop();
      await server.stop();
      folder.remove();
    });

    async function start(options: string): Promise<void> {
      program = await Program.start({
        folder: folder.path,
        mqttUrl: broker.url,
        relays: [{ name: "any", protocol: "raw", tls: "plain", upstream: `127.0.0.1:${server.port}` }],
        extra: { capture: { mode: "always", max_mb: 50 } },
        spawn: withTmpfs(captures, options),
      });
    }

    /** A session in which both say as much, and everything arrives. */
    async function talk(bytes: number): Promise<void> {
      const { device, cloud } = await connectBoth(program.port("any"), server);
      await Promise.all([device.say(Buffer.alloc(bytes, "device ")), cloud.say(Buffer.alloc(bytes, "cloud "))]);
      await Promise.all([device.hears(bytes), cloud.hears(bytes)]);
      device.finish();
      cloud.finish();
      await device.waitFor(({ isClosed }) => isClosed);
    }

    const problems = (): number =>
      program.logs.filter(({ msg }) => msg === "captures cannot be written, relaying goes on").length;

    const problemIs = (state: boolean): Promise<unknown> => {
      return observer.waitForState(ownDevice, ({ capture_problem }) => capture_problem === state);
    };

    it("goes on relaying when the disk is full, says so once, and resumes when there is room", async () => {
      await start("size=2m");
      await talk(10_000);
      // Everything that is free now, and more than captures may ever drop for themselves.
      const ballast = join(asSeenBy(program, captures), "ballast");
      fill(ballast);
      for (let session = 0; session < 5; session += 1) await talk(500_000);
      await program.waitForLogs("captures cannot be written, relaying goes on");
      await problemIs(true);
      await talk(500_000);
      expect(problems()).toBe(1);
      rmSync(ballast);
      await program.waitForLogs("captures can be written again");
      await problemIs(false);
      const before = finishedFiles(asSeenBy(program, captures)).length;
      await talk(10_000);
      expect(problems()).toBe(1);
      const seen = asSeenBy(program, captures);
      expect(readdirSync(seen).length).toBeGreaterThanOrEqual(before);
      for (const file of finishedFiles(seen)) expect(await faultsOf(file)).toEqual([]);
    }, 120_000);

    it("does the same where the folder cannot be written to", async () => {
      await start("size=2m,ro");
      await talk(10_000);
      await program.waitForLogs("captures cannot be written, relaying goes on");
      await problemIs(true);
      await talk(10_000);
      expect(problems()).toBe(1);
      remount(program, captures, "rw");
      await program.waitForLogs("captures can be written again");
      await problemIs(false);
    }, 120_000);
  });
});

/** Writes until there is no room. */
function fill(path: string): void {
  for (let size = 1_000_000; size >= 1_000; size /= 10) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: "a" });
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOSPC") break;
        throw error;
      }
    }
  }
}
