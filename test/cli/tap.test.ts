import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { setUpCaptures } from "./capture-setup.js";
import { runCommand } from "./test-context.js";

async function setUp(name = "roof") {
  const setup = await setUpCaptures();
  const output = new PassThrough();
  const shown: Buffer[] = [];
  output.on("data", (chunk: Buffer) => shown.push(chunk));
  const run = runCommand(["tap", name, "--config", setup.config], { bytes: () => output });
  const begun = (): Promise<void> => expect.poll(() => setup.control.taps.length).toBe(1);
  return { ...setup, output, run, begun, shown: () => Buffer.concat(shown).toString() };
}

describe("cloudtap tap", () => {
  it("passes on what the running program captures, until SIGINT", async () => {
    const { run, begun, control, shown } = await setUp();
    await begun();
    expect(control.taps[0]?.target).toEqual({ type: "relay", relay: "roof" });
    control.taps[0]?.output.write(Buffer.from("section"));
    control.taps[0]?.output.write(Buffer.from("packet"));
    await expect.poll(shown).toBe("sectionpacket");
    run.interrupt();
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toBe("");
    expect(run.err()).toMatch(/^cloudtap: tapping roof\. Captures hold secrets.*\n$/);
    await expect.poll(() => control.endedTaps).toBe(1);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const { run, begun, output, control } = await setUp("all");
    await begun();
    output.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(await run.exitCode).toBe(0);
    expect(run.err()).not.toContain("broke");
    await expect.poll(() => control.endedTaps).toBe(1);
  });

  it("says so and ends with 1 when Cloudtap stops", async () => {
    const { run, begun, server } = await setUp();
    await begun();
    await server.stop();
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("Cloudtap has ended the stream");
  });

  it("says that packets were dropped because its reader is slow", async () => {
    const { run, begun, control } = await setUp();
    await begun();
    await expect.poll(() => control.looks).toBe(1);
    control.dropped = 12;
    run.interrupt();
    expect(await run.exitCode).toBe(0);
    expect(run.err()).toContain("cloudtap: 12 packets were dropped; what reads them is too slow");
  });

  it("ends with 1 where nobody of that name is known, and writes nothing", async () => {
    const { run, shown } = await setUp("rof");
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("there is neither a relay nor a device rof; did you mean roof?");
    expect(shown()).toBe("");
  });

  it("writes to no terminal, and says what to type instead", async () => {
    const run = runCommand(["tap", "deye"], { terminal: true });
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain("cloudtap tap deye | wireshark -k -i -");
    expect(run.err()).toContain("ssh HOST cloudtap tap deye | wireshark -k -i -");
  });
});
