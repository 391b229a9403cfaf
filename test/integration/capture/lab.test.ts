import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateConfiguration } from "../../../src/config/validate.js";
import { parseConfigurationText } from "../../../src/config/yaml-document.js";
import { captureParts } from "../../../src/model/capture.js";
import { protocols } from "../../../src/protocols/registry.js";
import { Namespace } from "../../support/network/namespace.js";
import { describeWithNetworks } from "../../support/network/requirements.js";
import { describeWithTshark } from "../../support/tshark.js";
import { cloudtapCommand, temporaryFolder } from "../program.js";
import { comparable, difference, readGuide } from "./guide-steps.js";

const page = readFileSync("docs/captures.md", "utf8");
const { files, steps } = readGuide(page, "The lab");
/** What programs say that go on, once they do what they are there for. */
const ready = /listens on|listening on|broker connected/;

describe("the guide to captures", () => {
  it("shows configurations that are valid", () => {
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
    expect(examples.length).toBeGreaterThan(1);
    for (const text of examples) {
      // A part of a file: the relay that it names stands elsewhere.
      const relay = text.includes("relays:\n") ? "" : "relays: [{ name: roof, protocol: solarman }]\n";
      const document = parseConfigurationText(relay + text, "example");
      expect(() => validateConfiguration(document, { protocols, dataDir: "/tmp/cloudtap" })).not.toThrow();
    }
  });

  it("names every part of a capture", () => {
    for (const { letter, word } of captureParts) expect(page).toContain(`| ${letter} | \`${word}\` |`);
  });
});

describeWithTshark("the lab of the guide to captures", () => {
  describeWithNetworks("on a machine of its own", () => {
    const folder = temporaryFolder();
    const place = join(folder.path, "place");
    let machine: Namespace;

    beforeAll(async () => {
      machine = Namespace.create("lab");
      await machine.read("ip", "link", "set", "lo", "up");
      mkdirSync(place);
      for (const [name, text] of files) writeFileSync(join(place, name), text);
      copyFileSync("addon/wireshark/cloudtap.lua", join(place, "cloudtap.lua"));
      const [node, [cli = ""]] = cloudtapCommand();
      const command = join(folder.path, "cloudtap");
      writeFileSync(command, `#!/bin/sh\nexec ${node} ${resolve(cli)} "$@"\n`);
      chmodSync(command, 0o755);
    });

    afterAll(async () => {
      await machine.remove();
      folder.remove();
    });

    /** What a line of the shell says; resolves at its end or, where it goes on, once it is ready. */
    function type(line: string): Promise<string> {
      const goesOn = line.endsWith(" &");
      const script = `exec 2>&1; ${goesOn ? `exec ${line.slice(0, -2)}` : line}`;
      const child = machine.spawn("sh", ["-c", script], {
        cwd: place,
        env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}`, SUPERVISOR_TOKEN: undefined },
        stdio: ["ignore", "pipe", "ignore"],
      });
      let said = "";
      return new Promise((done, fail) => {
        child.stdout?.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (goesOn && ready.test(said)) done("");
        });
        child.once("close", (code) => {
          if (goesOn) fail(new Error(`${line} ended with ${code}: ${said}`));
          else done(said);
        });
      });
    }

    it.each(steps.map((step) => ({ ...step, name: step.commands.join("; ") })))(
      "$name",
      { timeout: 60_000 },
      async ({ commands, shown }) => {
        const said: string[] = [];
        for (const command of commands) said.push(await type(command));
        const lines = said.join("").split("\n");
        const output = lines.filter((line) => line !== "" && !line.startsWith('Running as user "root"'));
        const [wanted, found] = [shown ?? [], output].map((all) => all.map((line) => comparable(line, place)));
        expect(difference(wanted ?? [], found ?? [])).toBeUndefined();
      },
    );
  }, ["tcpdump", "editcap"]);
}, ["tcpdump", "editcap"]);
