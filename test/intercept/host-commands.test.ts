import { describe, expect, it } from "vitest";
import { createHostCommands, describeResult } from "../../src/intercept/host-commands.js";

describe("programs of the host", () => {
  const commands = createHostCommands();

  it("takes arguments as they are: no shell reads them", async () => {
    const result = await commands.run("echo", ["$HOME", "a b", ";", "false"]);
    expect(result).toMatchObject({ type: "done", stdout: "$HOME a b ; false\n" });
  });

  it("feeds standard input", async () => {
    expect(await commands.run("cat", [], "table inet cloudtap\n")).toMatchObject({ stdout: "table inet cloudtap\n" });
  });

  it("says what a program that failed said, in one line", async () => {
    const result = await commands.run("sh", ["-c", "echo one >&2; echo two >&2; exit 3"]);
    expect(result).toMatchObject({ type: "failed", exit: "exit code 3" });
    expect(describeResult(result)).toBe("one; two (it ended with exit code 3)");
  });

  it("shows standard output where a program complains there", async () => {
    expect(describeResult(await commands.run("sh", ["-c", "echo no; exit 1"]))).toBe("no (it ended with exit code 1)");
    expect(describeResult(await commands.run("false", []))).toBe("it ended with exit code 1");
  });

  it("names a program that is not installed", async () => {
    const result = await commands.run("no-such-program", []);
    expect(result).toEqual({ type: "missing" });
    expect(describeResult(result)).toBe("the program is not installed");
  });

  it("finds programs of the system where PATH lacks them", async () => {
    expect(await createHostCommands("/nonexistent").run("sh", ["-c", "exit 0"])).toMatchObject({ type: "done" });
  });

  it("asks tools to speak one language", async () => {
    expect(await commands.run("sh", ["-c", "echo $LC_ALL"])).toMatchObject({ stdout: "C\n" });
  });

  it("bears a program that ends without reading", async () => {
    expect(await commands.run("true", [], "x".repeat(1_000_000))).toMatchObject({ type: "done" });
  });
});
