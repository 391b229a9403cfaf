import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { connect, type SecureVersion } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createKeyLog, type KeyLog } from "../../src/relay/tls/key-log.js";
import { silentLogger } from "../../src/runtime/log.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { makeKeyPair } from "./key-pair.js";
import { temporaryFolder } from "./program.js";

const versions = [
  { version: "TLSv1", port: 8_001, options: ["-tls1", "-cipher", "AES256-SHA@SECLEVEL=0"] },
  { version: "TLSv1.2", port: 8_002, options: ["-tls1_2"] },
  { version: "TLSv1.3", port: 8_003, options: ["-tls1_3"] },
] as const;

/** Starts a program that goes on, and waits until it says that it is ready. */
async function startIn(machine: Namespace, command: string, args: readonly string[], readyWord: string): Promise<void> {
  const child = machine.spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes(readyWord)) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", () => reject(new Error(`expected ${readyWord} of ${command}, found: ${said}`)));
  });
}

async function request(machine: Namespace, version: SecureVersion, port: number, keyLog: KeyLog): Promise<void> {
  const peer = await machine.peer();
  const tls = connect({
    ...{ socket: await peer.connect("127.0.0.1", port), rejectUnauthorized: false },
    ...{ minVersion: version, maxVersion: version },
    ...(version === "TLSv1" ? { ciphers: "AES256-SHA@SECLEVEL=0" } : {}),
  });
  keyLog.watch(tls);
  await once(tls, "secureConnect");
  tls.write(`GET /${version} HTTP/1.0\r\n\r\n`);
  await once(tls.resume(), "end");
}

/** Paths of the HTTP requests in a capture, as far as the secrets open it. */
function requestsIn(capture: string, keys: string): Promise<readonly string[]> {
  const ports = versions.flatMap(({ port }) => ["-d", `tcp.port==${port},tls`]);
  const show = ["-Y", "http.request", "-T", "fields", "-e", "http.request.uri"];
  return new Promise((resolve) => {
    // The last packet of a capture may still be on its way: then tshark ends with an error and is asked again.
    execFile("tshark", ["-r", capture, "-o", `tls.keylog_file:${keys}`, ...ports, ...show], (_error, stdout) => {
      resolve(stdout.split("\n").filter((line) => line !== ""));
    });
  });
}

describeWithNetworks("secrets for Wireshark", () => {
  const folder = temporaryFolder();
  const machine = Namespace.create("keys");

  beforeAll(() => machine.read("ip", "link", "set", "lo", "up"));

  afterAll(async () => {
    await machine.remove();
    folder.remove();
  });

  it("open TLS 1.0, 1.2 and 1.3 in a capture", { timeout: 120_000 }, async () => {
    const capture = join(folder.path, "traffic.pcapng");
    const keys = join(folder.path, "keys.log");
    const { file } = makeKeyPair(folder.path, "server");
    await startIn(machine, "dumpcap", ["-i", "lo", "-q", "-w", capture], "File:");
    const keyLog = createKeyLog(keys, silentLogger());
    for (const { version, port, options } of versions) {
      const pair = ["-key", join(folder.path, "server.key"), "-cert", file];
      await startIn(machine, "openssl", ["s_server", "-accept", `${port}`, "-www", ...pair, ...options], "ACCEPT");
      await request(machine, version, port, keyLog);
    }
    await keyLog.stop();
    let found = await requestsIn(capture, keys);
    while (found.length < versions.length) found = await requestsIn(capture, keys);
    expect(found).toEqual(["/TLSv1", "/TLSv1.2", "/TLSv1.3"]);
  });
}, ["openssl", "dumpcap", "tshark"]);
