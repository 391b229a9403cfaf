import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";

/** The program as a process of its own. */
function start(...argv: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/cli.ts", ...argv], { stdio: "pipe" });
  const written = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    written.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    written.err += chunk.toString();
  });
  const ended = once(child, "close").then(([code, signal]: unknown[]) => code ?? signal);
  return { child, written, ended };
}

describe("the program", () => {
  it("exits with 0 when it is done", async () => {
    const { written, ended } = start("--help");
    expect(await ended).toBe(0);
    expect(written.out).toContain("Usage: cloudtap");
  });

  it("exits with 2 when it cannot use its arguments", async () => {
    const { written, ended } = start("chek");
    expect(await ended).toBe(2);
    expect(written).toEqual({
      out: "",
      err: "cloudtap: unknown command chek; did you mean check? (see cloudtap --help) [USAGE]\n",
    });
  });

  it("ends a simulation with 0 at SIGINT", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const { child, ended } = start("simulate", "websentry", "--target", `127.0.0.1:${port}`);
    await once(server, "connection");
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    server.close();
  });
});
