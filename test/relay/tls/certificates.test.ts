import { spawn } from "node:child_process";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type SecureContext } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { createDeviceCertificates, type DeviceCertificate } from "../../../src/relay/tls/certificates.js";
import { createDeviceContext, terminateTls } from "../../../src/relay/tls/device-tls.js";
import { systemClock } from "../../../src/runtime/clock.js";
import type { Logger } from "../../../src/runtime/log.js";
import { portOf } from "../../support/chaos-socket.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

const now = Date.UTC(2026, 5, 21, 10) as EpochMs;
const folders: string[] = [];

/** What a program that has just started presents. */
function certificate(dataDir: string, log: Logger, serverName?: string): Promise<DeviceCertificate> {
  return createDeviceCertificates(dataDir, new FakeClock(now), log).of(serverName);
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
  folders.push(path);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe("the certificate of device legs", () => {
  it("E17: is made in a fresh data directory, RSA 2048, valid for twenty years, its key for the owner alone", async () => {
    const dataDir = join(folder(), "not", "there", "yet");
    const { log } = recordLog();
    const { key, cert } = await certificate(dataDir, log);
    const parsed = new X509Certificate(cert);
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(parsed.checkHost("reports.enphaseenergy.com")).toBe("reports.enphaseenergy.com");
    expect(Date.parse(parsed.validFrom)).toBeLessThan(now);
    expect(Date.parse(parsed.validTo)).toBeGreaterThan(now + 20 * 365.25 * 86_400_000);
    const mode = (name: string) => statSync(join(dataDir, "tls", name)).mode & 0o777;
    expect(mode("device.key")).toBe(0o600);
    expect(mode(".")).toBe(0o700);
    expect(readdirSync(join(dataDir, "tls")).toSorted()).toEqual(["device.crt", "device.key"]);
  });

  it("is made once and kept, and the key's mode is put right", async () => {
    const dataDir = folder();
    const { log, of } = recordLog();
    const first = await certificate(dataDir, log);
    chmodSync(join(dataDir, "tls", "device.key"), 0o644);
    expect(await certificate(dataDir, log)).toEqual(first);
    expect(statSync(join(dataDir, "tls", "device.key")).mode & 0o777).toBe(0o600);
    expect(of("certificate for device connections made", "info")).toHaveLength(1);
  });

  it("is made anew where one of the two files is missing", async () => {
    const dataDir = folder();
    const { log } = recordLog();
    const first = await certificate(dataDir, log);
    rmSync(join(dataDir, "tls", "device.crt"));
    expect((await certificate(dataDir, log)).key).not.toBe(first.key);
  });

  it("is refused with its code where the files are spoilt or do not belong together", async () => {
    const dataDir = folder();
    const { log } = recordLog();
    await certificate(dataDir, log);
    const other = await certificate(folder(), log);
    writeFileSync(join(dataDir, "tls", "device.key"), other.key);
    await expect(certificate(dataDir, log)).rejects.toMatchObject({ code: "CERTIFICATE_FAILED" });
    writeFileSync(join(dataDir, "tls", "device.crt"), "nonsense");
    await expect(certificate(dataDir, log)).rejects.toMatchObject({ code: "CERTIFICATE_FAILED" });
  });

  it("is refused with its code where the directory cannot be made", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    await expect(certificate(file, recordLog().log)).rejects.toMatchObject({
      code: "CERTIFICATE_FAILED",
    });
  });
});

describe("certificates for server names", () => {
  const name = "reports.example.com";

  it("are signed by an authority of this installation, for the one key of all", async () => {
    const dataDir = folder();
    const { log, of } = recordLog();
    const usual = await certificate(dataDir, log);
    const { key, cert } = await certificate(dataDir, log, name);
    const [leaf, authority] = cert.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem));
    expect(key).toBe(usual.key);
    expect(leaf?.checkHost(name)).toBe(name);
    expect(leaf?.checkIssued(authority ?? leaf)).toBe(true);
    expect(leaf?.verify(createPublicKey(readFileSync(join(dataDir, "tls", "authority.crt"))))).toBe(true);
    expect(authority?.ca).toBe(true);
    expect(statSync(join(dataDir, "tls", "authority.key")).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(dataDir, "tls", "names"))).toEqual([`${name}.crt`]);
    expect(of("certificate for a server name made", "info")).toMatchObject([{ name }]);
  });

  it("are made once and kept, also when two devices ask at once", async () => {
    const dataDir = folder();
    const { log, of } = recordLog();
    const certificates = createDeviceCertificates(dataDir, new FakeClock(now), log);
    const [first, second] = await Promise.all([certificates.of(name), certificates.of(name)]);
    expect(second).toEqual(first);
    expect(await certificate(dataDir, log, name)).toEqual(first);
    expect(of("certificate for a server name made", "info")).toHaveLength(1);
  });

  it("are made anew where the file is broken or belongs to another key", async () => {
    const dataDir = folder();
    const { log } = recordLog();
    await certificate(dataDir, log, name);
    const file = join(dataDir, "tls", "names", `${name}.crt`);
    writeFileSync(file, "nonsense");
    expect(new X509Certificate((await certificate(dataDir, log, name)).cert).checkHost(name)).toBe(name);
    const foreign = await certificate(folder(), log, name);
    writeFileSync(file, foreign.cert);
    const { key, cert } = await certificate(dataDir, log, name);
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  it.each([
    undefined,
    "",
    "no name!",
    "../../etc/passwd",
    ".",
    "a..b",
    `${"a".repeat(250)}.example`,
    `${"a.".repeat(124)}a`,
  ])("are not made for %s", async (asked) => {
    const dataDir = folder();
    const { log } = recordLog();
    const { cert } = await certificate(dataDir, log, asked);
    expect(new X509Certificate(cert).checkHost("cloudtap.local")).toBe("cloudtap.local");
    expect(readdirSync(join(dataDir, "tls"))).not.toContain("names");
  });

  it("are not made for more names than anybody needs", async () => {
    const dataDir = folder();
    const { log } = recordLog();
    mkdirSync(join(dataDir, "tls", "names"), { recursive: true });
    for (let index = 0; index < 256; index += 1) writeFileSync(join(dataDir, "tls", "names", `n${index}.crt`), "");
    const { cert } = await certificate(dataDir, log, "one.too.many");
    expect(new X509Certificate(cert).checkHost("cloudtap.local")).toBe("cloudtap.local");
    expect(new X509Certificate((await certificate(dataDir, log, "n7")).cert).checkHost("n7")).toBe("n7");
  });

  it("are trusted by a client that knows the authority", async () => {
    const dataDir = folder();
    const pair = await certificate(dataDir, recordLog().log, name);
    const server = createServer(pair);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const target = ["-connect", `127.0.0.1:${portOf(server)}`, "-servername", name, "-verify_hostname", name];
    const trust = ["-CAfile", join(dataDir, "tls", "authority.crt"), "-verify_return_error", "-brief"];
    const client = spawn("openssl", ["s_client", ...target, ...trust], { stdio: ["pipe", "ignore", "pipe"] });
    let said = "";
    client.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Verification")) client.stdin.end("Q\n");
    });
    await new Promise((resolve) => client.once("close", resolve));
    server.close();
    expect(said).toContain("Verification: OK");
  });
});

describe("a certificate for a server name", () => {
  const name = "reports.example.com";
  const dataDir = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
  let context: SecureContext;

  beforeAll(async () => {
    context = createDeviceContext(await certificate(dataDir, recordLog().log, name), "TLSv1");
  });

  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it.each([
    ["TLSv1", "AES256-SHA", "AES256-SHA@SECLEVEL=0"],
    ["TLSv1", "AES128-SHA", "AES128-SHA@SECLEVEL=0"],
    ["TLSv1.2", "AES256-SHA", "AES256-SHA"],
    ["TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
    ["TLSv1.3", "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"],
  ] as const)("serves a client of %s with %s", async (version, suite, ciphers) => {
    const server = createTcpServer((tcp) => {
      terminateTls({ tcp, head: Buffer.alloc(0), context, limitMs: 10_000 }, systemClock).then(
        (socket) => socket.end(),
        () => tcp.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = connect({
      ...{ host: "127.0.0.1", port: portOf(server), servername: name, rejectUnauthorized: false },
      ...{ minVersion: version, maxVersion: version, ciphers },
    });
    await once(client, "secureConnect");
    expect([client.getProtocol(), client.getCipher().name]).toEqual([version, suite]);
    expect(client.getPeerX509Certificate()?.checkHost(name)).toBe(name);
    client.destroy();
    server.close();
  });

  it("answers an old client that begins in the format of SSLv2", async () => {
    const server = createTcpServer((tcp) => {
      terminateTls({ tcp, head: Buffer.alloc(0), context, limitMs: 10_000 }, systemClock).catch(() => tcp.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const peer = connectTcp(portOf(server), "127.0.0.1");
    // TLS 1.0, AES256-SHA alone, a challenge of 32 bytes.
    peer.write(Buffer.from(`802f0103010006000000200000350000ff${"5a".repeat(32)}`, "hex"));
    const [answer]: Buffer[] = await once(peer, "data");
    // A handshake record of TLS 1.0 that holds a server's hello of TLS 1.0.
    expect(answer?.toString("hex")).toMatch(/^160301....02......0301/);
    peer.destroy();
    server.close();
  });
});
