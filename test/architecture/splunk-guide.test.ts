import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConfigurationText } from "../../src/config/yaml-document.js";
import { protocols } from "../../src/protocols/registry.js";
import { readAnswer } from "../../src/sinks/splunk/answers.js";
import { explainNetworkFault } from "../../src/sinks/splunk/network-faults.js";
import { faultsOf } from "../config/protocols.js";

const guide = readFileSync("docs/splunk.md", "utf8");

describe("docs/splunk.md", () => {
  it("D27: shows configurations that are valid", () => {
    const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? "");
    expect(examples).toHaveLength(2);
    for (const text of examples) {
      const document = parseConfigurationText(text.replace("/run/secrets/splunk-token", "package.json"), "example");
      expect(faultsOf(document, { protocols })).toEqual([]);
    }
  });

  it("names what the log says in the words of the log", () => {
    const refusals = [{ code: 1 }, { code: 4 }, { code: 7 }].map((body) => readAnswer(400, JSON.stringify(body)));
    const others = [readAnswer(404, ""), readAnswer(200, "")];
    const codes = ["ECONNREFUSED", "ECONNRESET", "EPROTO", "ERR_TLS_CERT_ALTNAME_INVALID"];
    const faults = codes.map((code) => explainNetworkFault(Object.assign(new Error(code), { code })));
    for (const outcome of [...refusals, ...others, ...faults]) {
      const reason = outcome.type === "failed" ? outcome.reason.replace(/ \(.*/, "") : "";
      expect(guide).toContain(`\`${reason}\``);
    }
  });
});

describe("addon/splunk", () => {
  it("lists every search that is there, and none that is not", () => {
    const readme = readFileSync("addon/splunk/README.md", "utf8");
    const listed = [...readme.matchAll(/\]\(([\w-]+\.spl)\)/g)].map(([, file]) => file);
    expect(listed.toSorted()).toEqual(readdirSync("addon/splunk").filter((file) => file.endsWith(".spl")));
  });

  it("searches for values that there are", () => {
    const keys = protocols.flatMap(({ entities }) => entities.map(({ key }) => key));
    for (const [file, used] of [
      ["power-and-temperature.spl", ["power", "temperature"]],
      ["energy-by-day.spl", ["energy_today"]],
    ] as const) {
      const search = readFileSync(`addon/splunk/${file}`, "utf8");
      for (const key of used) {
        expect(search).toContain(key);
        expect(keys).toContain(key);
      }
    }
  });
});
