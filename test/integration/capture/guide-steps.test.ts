import { describe, expect, it } from "vitest";
import { comparable, difference, readGuide } from "./guide-steps.js";

const page = [
  "# A page",
  "## Elsewhere",
  "```sh\nnot this\n```",
  "## Here",
  "```yaml\n# a.yaml\nkey: 1\n```",
  "```sh\nfirst\nsecond\n```",
  "```text\nout\n…\n```",
  "```\nnobody types this\n```",
  "```sh\nthird\n```",
  "",
].join("\n");

describe("the steps of a guide", () => {
  it("are the commands of a section with what they show, and the files that they need", () => {
    expect(readGuide(page, "Here")).toEqual({
      files: new Map([["a.yaml", "# a.yaml\nkey: 1\n"]]),
      steps: [{ commands: ["first", "second"], shown: ["out", "…"] }, { commands: ["third"] }],
    });
  });

  it("are compared without times, ports and sessions", () => {
    const line = "15:25:56.602833  #1  127.0.0.1:52710 to 127.0.0.1:10000 in /tmp/x/lab: device leg of 374707-1";
    expect(comparable(line, "/tmp/x")).toBe(
      "TIME #1 127.0.0.1:PORT to 127.0.0.1:10000 in /home/you/lab: device leg of SESSION",
    );
  });

  it("differ where a shown line is missing or another one is there", () => {
    const output = ["a", "b", "c"];
    expect(difference(["a", "b", "c"], output)).toBeUndefined();
    expect(difference(["a", "…", "c"], output)).toBeUndefined();
    expect(difference(["a", "…"], output)).toBeUndefined();
    expect(difference(["a", "c"], output)).toContain('expected "c"');
    expect(difference(["a", "b"], output)).toContain("expected the end");
    expect(difference(["…", "d"], output)).toContain('expected "d"');
  });
});
