import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeInterception } from "../../src/cli/intercept-print.js";
import { createHost } from "../../src/intercept/host.js";
import { home } from "../intercept/led-devices.js";
import { memoryHost } from "../intercept/memory-host.js";
import { runCommand } from "./test-context.js";

const led = { mode: "redirect", devices: ["192.168.1.50"] };
const missing = { type: "missing" } as const;

function write(intercept: object): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-print-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const relays = [{ name: "roof", protocol: "blueprint", upstream: "original", intercept_ports: [443] }];
  const file = join(folder, "cloudtap.yaml");
  writeFileSync(file, JSON.stringify({ data_dir: folder, relays, intercept }));
  return file;
}

async function print(intercept: object, ...words: readonly string[]): Promise<string> {
  const run = runCommand(["intercept", "print", "--config", write(intercept), ...words]);
  expect(await run.exitCode).toBe(0);
  expect(run.err()).toBe("");
  return run.out();
}

describe("cloudtap intercept print", () => {
  it("shows the rules of the configuration in the words that are asked for", async () => {
    expect(await print(led, "--backend", "nft")).toContain('counter name "relay_roof_v4" redirect to :9999');
    expect(await print(led, "--backend", "iptables")).toContain("-j REDIRECT --to-ports 9999");
  });

  it("shows commands alone where that is wanted", async () => {
    const text = await print(led, "--backend", "nft", "--plain");
    expect(text).toContain("nft -f - <<'END'");
    expect(text).not.toContain("#");
  });

  it("says how interception is switched on", async () => {
    expect(await print({ ...led, mode: "none" })).toContain("set intercept.mode to redirect or tproxy");
    expect(await print({ ...led, mode: "none" }, "--plain")).toBe("");
  });

  it("names what it does not know of", async () => {
    const run = runCommand(["intercept", "print", "--backend", "pf"]);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain("--backend: expected nft or iptables, found pf");
  });

  it("works without rights and without tools, with the rules of nftables", async () => {
    const status = "CapEff:\t0000000000000000\n";
    const text = await describeInterception(
      home,
      memoryHost({ "/proc/self/status": status }, () => missing),
      false,
    );
    expect(text).toContain("# PROBLEM  capability: This process may not change the packet filter");
    expect(text).toContain("# PROBLEM  backend: No packet filter can be used");
    expect(text).toContain("nft -f - <<'END'");
  });

  it("asks the host for nothing but what it is", async () => {
    const asked: string[] = [];
    const { commands, ...files } = createHost();
    const host = {
      ...files,
      write: async (path: string) => void asked.push(`write ${path}`),
      commands: {
        run: (program: string, args: readonly string[], input?: string) => {
          asked.push([program, ...args].join(" "));
          return commands.run(program, args, input);
        },
      },
    };
    await describeInterception({ ...home, mode: "tproxy" }, host, false);
    const harmless = /^(\S+ -[vV]|nft (-c -f -|list ruleset)|ip6?tables-save|ip -[46] -N -j \S+ show.*|gzip -dc \S+)$/;
    expect(asked.filter((line) => !harmless.test(line))).toEqual([]);
    expect(asked.length).toBeGreaterThan(5);
  });
});
