import { describe, expect, it } from "vitest";
import { numberOf, optionOf, parseInvocation } from "../../src/cli/arguments.js";

function given(line: string) {
  const invocation = parseInvocation(line === "" ? [] : line.split(" "));
  if (invocation.type !== "command") throw new Error(`expected a command, found ${invocation.type}`);
  return invocation;
}

describe("parseInvocation", () => {
  it("runs where no command is named", () => {
    expect(given("").command.name).toBe("run");
    expect(optionOf(given("--config a.yaml").given, "config")).toBe("a.yaml");
    expect(optionOf(given("run --config=a.yaml").given, "config")).toBe("a.yaml");
  });

  it("lets an operand in brackets be left out", () => {
    expect(given("simulate --replay a.pcapng").given.operands).toEqual([]);
  });

  it("reads operands, switches and options that repeat", () => {
    const { options, operands } = given("simulate acme --target h:1 --option a=1 --once --option b=2").given;
    expect(operands).toEqual(["acme"]);
    expect([...options.keys()]).toEqual(["target", "option", "once"]);
    expect(options.get("option")).toEqual(["a=1", "b=2"]);
    expect(given("decode --protocol acme a b -").given.operands).toEqual(["a", "b", "-"]);
  });

  it("takes one letter for an option that has one", () => {
    expect([...given("intercept apply -v").given.options.keys()]).toEqual(["verbose"]);
  });

  it("knows help and version anywhere", () => {
    expect(parseInvocation(["--help"])).toEqual({ type: "help", command: undefined });
    expect(parseInvocation(["simulate", "--help"])).toMatchObject({ type: "help", command: { name: "simulate" } });
    expect(parseInvocation(["--version"])).toEqual({ type: "version" });
  });

  it.each([
    ["chek", "unknown command chek; did you mean check? (see cloudtap --help)"],
    ["listen", "unknown command listen (see cloudtap --help)"],
    ["check --confg x", "unknown option --confg; did you mean --config? (see cloudtap check --help)"],
    ["check -c x", "unknown option -c (see cloudtap check --help)"],
    ["check --config", "--config needs a value, FILE (see cloudtap check --help)"],
    ["check --config a --config b", "--config stands there twice (see cloudtap check --help)"],
    ["check file", "unexpected argument file (see cloudtap check --help)"],
    ["simulate-cloud", "expected PROTOCOL (see cloudtap simulate-cloud --help)"],
    ["decode --json", "expected FILE (see cloudtap decode --help)"],
    ["simulate x --once=1", "--once takes no value (see cloudtap simulate --help)"],
  ])("refuses: %s", (line, message) => {
    expect(() => parseInvocation(line.split(" "))).toThrow(expect.objectContaining({ code: "USAGE", message }));
  });
});

describe("numberOf", () => {
  const range = { from: 1, to: 10, preset: 3, whole: true } as const;

  it("gives the number, or the preset where there is none", () => {
    expect(numberOf(given("simulate x --devices 7").given, "devices", range)).toBe(7);
    expect(numberOf(given("simulate x").given, "devices", range)).toBe(3);
  });

  it.each([["0"], ["11"], ["1.5"], ["0x3"], ["1e1"], ["many"]])("refuses %s", (text) => {
    expect(() => numberOf(given(`simulate x --devices ${text}`).given, "devices", range)).toThrow(
      `--devices: expected a whole number from 1 to 10, found ${text}`,
    );
  });
});
