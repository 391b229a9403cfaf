import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "./mosquitto.js";

/** A real dnsmasq on a free port of 127.0.0.1, for one test; it asks no name servers but those in `configuration`. */
export async function startDnsmasq(configuration: string): Promise<{ readonly port: number }> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-dnsmasq-"));
  const path = join(folder, "dnsmasq.conf");
  writeFileSync(path, configuration);
  const own = [`--port=${port}`, "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts"];
  const program = ["--keep-in-foreground", "--log-facility=-", "--pid-file", `--conf-file=${path}`];
  const account = process.getuid?.() === 0 ? ["--user=root"] : [];
  const child = spawn("dnsmasq", [...program, ...own, ...account], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  onTestFinished(async () => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`dnsmasq ended with ${code}: ${text}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("started, version")) resolve();
    });
  });
  return { port };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
