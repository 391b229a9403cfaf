import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BodyFiles } from "../../../src/sinks/spool/body-files.js";
import { SpoolUsage } from "../../../src/sinks/spool/spool-usage.js";
import { recordLog } from "../../support/log-recorder.js";
import { listFiles, temporaryFolder } from "./spool-setup.js";

const day = "2026-11-21";
const name = `${day}T10-00-00.000Z-000001`;

function setUp(maxBytes = 1_000) {
  const folder = temporaryFolder();
  const usage = new SpoolUsage(folder, maxBytes, recordLog().log);
  const place = usage.folderOf("roof", day);
  const body = (extension: string, text: string) => ({ extension, bytes: Buffer.from(text) });
  return { folder, usage, place, bodies: new BodyFiles(usage), body };
}

describe("files of bodies", () => {
  it("stand side by side under one name", async () => {
    const { folder, bodies, place, body, usage } = setUp();
    expect(await bodies.write(place, name, [body("xml", "<r/>"), body("request", "POST")])).toBe(true);
    expect(await listFiles(folder)).toEqual([`roof/${day}/${name}.request`, `roof/${day}/${name}.xml`]);
    expect(readFileSync(join(place.path, `${name}.xml`), "utf8")).toBe("<r/>");
    expect(usage.totalBytes).toBe(8);
  });

  it("are refused where they never fit", async () => {
    const { bodies, place, body } = setUp(5);
    expect(await bodies.write(place, name, [body("xml", "123"), body("request", "456")])).toBe(false);
  });

  it("count once though they are written again after a fault, and leave nothing half", async () => {
    const { folder, bodies, place, body, usage } = setUp();
    const inTheWay = join(place.path, `${name}.request`);
    mkdirSync(inTheWay, { recursive: true });
    writeFileSync(join(inTheWay, "x"), "");
    const both = [body("xml", "<r/>"), body("request", "POST")];
    await expect(bodies.write(place, name, both)).rejects.toThrow();
    expect((await listFiles(folder)).filter((file) => file.endsWith(".part"))).toEqual([]);
    rmSync(inTheWay, { recursive: true });
    await bodies.write(place, name, both);
    await usage.scan();
    expect(usage.totalBytes).toBe(8);
  });
});
