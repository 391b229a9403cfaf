import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithTshark, faultsOf, packetsOf } from "../../support/tshark.js";
import { Program, temporaryFolder } from "../program.js";
import { connectBoth, EndServer } from "./ends.js";
import { capturesIn, finishedFiles } from "./recorded.js";
import { bytesIn } from "./volume.js";

describeWithTshark("a capture whose program is killed", () => {
  const folder = temporaryFolder();
  const captures = capturesIn(folder.path);
  let server: EndServer;
  let program: Program;

  beforeAll(async () => {
    server = await EndServer.start();
    program = await Program.start({
      folder: folder.path,
      relays: [{ name: "any", protocol: "raw", tls: "plain", upstream: `127.0.0.1:${server.port}` }],
      // So much that the first file is not full when it happens.
      extra: { capture: { mode: "always", max_mb: 1_000 } },
    });
  });

  afterAll(async () => {
    await program.end("SIGKILL");
    await server.stop();
    folder.remove();
  });

  it("leaves a file that is whole again after the next start", async () => {
    const { device } = await connectBoth(program.port("any"), server);
    for (let bytes = 0; bytes < 2_000_000; bytes = bytesIn(captures)) await device.say(Buffer.alloc(100_000, "word "));
    // It is in the middle of something when it ends.
    const speaking = device.say(Buffer.alloc(5_000_000, "end ")).catch(() => undefined);
    await program.end("SIGKILL");
    await speaking;
    const [left, ...others] = readdirSync(captures).filter((name) => name.endsWith(".part"));
    expect([typeof left, others]).toEqual(["string", []]);
    await program.start();
    const mended = join(captures, String(left).replace(/\.part$/, ""));
    expect(finishedFiles(captures)).toContain(mended);
    for (const file of finishedFiles(captures)) {
      expect(await faultsOf(file)).toEqual([]);
      expect((await packetsOf(file)).length).toBeGreaterThan(5);
    }
  }, 60_000);
});
