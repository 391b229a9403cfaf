import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { createNameServer, type NameServer, type NameServerOptions } from "../../src/dns/name-server.js";
import { type NameServerAddress, type NameServerSockets, openSockets } from "../../src/dns/sockets.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { startDnsmasq } from "../support/dnsmasq.js";
import { FakeClock } from "../support/fake-clock.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";
import { hasProgram } from "../support/network/requirements.js";
import { addressesIn, answerTo, askOverTcp, askOverUdp, playServer, question, said } from "./asking.js";

const vendor = "websentry.seresco.net";
const execute = promisify(execFile);

interface SetUp {
  readonly server: NameServer;
  readonly port: number;
  readonly clock: FakeClock;
  readonly logged: LogRecorder;
}

type Open = (address: NameServerAddress) => Promise<NameServerSockets>;

async function setUp(options: Partial<NameServerOptions> = {}, open?: Open): Promise<SetUp> {
  const clock = new FakeClock();
  const logged = recordLog();
  const server = createNameServer(
    { listen: { host: "127.0.0.1", port: 0 }, names: [vendor], answer: ["192.168.1.10"], forward: [], ...options },
    { log: logged.log, clock, ...(open === undefined ? {} : { open }) },
  );
  await server.start();
  onTestFinished(() => server.stop());
  return { server, port: portOf(server), clock, logged };
}

function portOf(server: NameServer): number {
  return Number(server.status().listen.split(":").at(-1));
}

describe("the name server", () => {
  it("answers over UDP and TCP, on IPv4 and IPv6", async () => {
    const { port } = await setUp({ listen: { host: undefined, port: 0 } });
    const replies = [
      await askOverUdp(port, question(vendor)),
      await askOverUdp(port, question(vendor), "::1"),
      ...(await askOverTcp(port, [question(vendor), question(vendor)])),
    ];
    expect(replies.map(addressesIn)).toEqual(replies.map(() => ["192.168.1.10"]));
  });

  it("forwards what comes over TCP by TCP, so that answers of any size come through", async () => {
    const many = Array.from({ length: 500 }, (_none, index) => `192.0.${index >> 8}.${index & 255}`);
    const other = await playServer((asked, reply) => reply(answerTo(asked, many)));
    const { port } = await setUp({ forward: [`127.0.0.1:${other.port}`] });
    const [reply = Buffer.alloc(0)] = await askOverTcp(port, [question("a.example")]);
    expect(addressesIn(reply)).toEqual(many);
  });

  it("tells who asked and what became of it", async () => {
    const { server, port, clock } = await setUp();
    await askOverUdp(port, question(vendor));
    expect(server.status()).toEqual({
      listen: `127.0.0.1:${port}`,
      state: "listening",
      forward: server.status().forward,
      names: [vendor],
      ...{ answered: 1, forwarded: 0, refused: 0, failed: 0, malformed: 0 },
      asked: [{ address: "127.0.0.1", name: vendor, at: clock.now(), times: 1 }],
    });
  });

  it("goes on after bytes that are no question", async () => {
    const { server, port } = await setUp();
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => undefined);
    socket.end(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await new Promise((resolve) => socket.once("close", resolve).resume());
    expect(addressesIn(await askOverUdp(port, question(vendor)))).toEqual(["192.168.1.10"]);
    expect(server.status()).toMatchObject({ malformed: 1, answered: 1 });
  });

  it("does not ask itself, and says so", async () => {
    const taken = await openSockets({ host: "127.0.0.1", port: 0 });
    taken.udp.close();
    taken.tcp.close();
    const { server, port, logged } = await setUp({
      listen: { host: "127.0.0.1", port: taken.port },
      forward: [`127.0.0.1:${taken.port}`],
    });
    expect(said(await askOverUdp(port, question("a.example")))).toMatchObject({ rcode: "SERVFAIL" });
    expect(server.status().forward).toEqual([]);
    expect(logged.of("name server is not asked", "error")).toHaveLength(1);
  });

  it("stops with questions on their way, and can be started again", async () => {
    const silent = await playServer(() => undefined);
    const { server, port, clock } = await setUp({ forward: [`127.0.0.1:${silent.port}`] });
    const socket = connect({ port, host: "127.0.0.1" });
    const closed = new Promise((resolve) => socket.once("close", resolve).resume());
    socket.on("error", () => undefined);
    socket.write(Buffer.concat([Buffer.from([0, question("a.example").length]), question("a.example")]));
    await silent.asked(1);
    await server.stop();
    await closed;
    expect(server.status()).toMatchObject({ state: "stopped" });
    expect(clock.pendingTimers).toBe(0);
    await server.start();
    expect(addressesIn(await askOverUdp(portOf(server), question(vendor)))).toEqual(["192.168.1.10"]);
  });
});

describe("a name server whose port is taken", () => {
  it("says once what to do, lets the program go on, and opens the port when it is free", async () => {
    const other = await openSockets({ host: "127.0.0.1", port: 0 });
    const { server, clock, logged } = await setUp({ listen: { host: "127.0.0.1", port: other.port } });
    const error = expect.stringContaining("set intercept.dns.listen");
    expect(server.status()).toMatchObject({ state: "failed", error });
    expect(logged.of("name server is not listening", "error")).toMatchObject([{ code: "LISTEN_FAILED" }]);
    await Promise.all([
      new Promise<void>((resolve) => other.udp.close(resolve)),
      new Promise((resolve) => other.tcp.close(resolve)),
    ]);
    await turnsUntil(() => {
      clock.advance(30_000);
      return server.status().state === "listening";
    });
    expect(server.status().error).toBeUndefined();
    expect(addressesIn(await askOverUdp(other.port, question(vendor)))).toEqual(["192.168.1.10"]);
    expect(logged.of("name server is not listening")).toHaveLength(1);
  });

  it("does not come up any more once it was stopped", async () => {
    const { server, clock } = await setUp({}, () => Promise.reject(new CloudtapError("LISTEN_FAILED", "taken")));
    await server.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(server.status().state).toBe("stopped");
  });

  it("closes what was still being opened when it was stopped", async () => {
    let open: (sockets: NameServerSockets) => void = () => undefined;
    const opening = new Promise<NameServerSockets>((resolve) => {
      open = resolve;
    });
    const server = createNameServer(
      { listen: { host: "127.0.0.1", port: 0 }, names: [], answer: [], forward: [] },
      { log: recordLog().log, clock: new FakeClock(), open: () => opening },
    );
    const started = server.start();
    await server.stop();
    const sockets = await openSockets({ host: "127.0.0.1", port: 0 });
    open(sockets);
    await started;
    expect(sockets.tcp.listening).toBe(false);
    expect(server.status().state).toBe("stopped");
  });
});

const lacking = ["dig", "dnsmasq"].filter((program) => !hasProgram(program));

describe("the name server, asked by dig, with dnsmasq behind it", () => {
  if (lacking.length > 0) {
    it.skipIf(process.env.CLOUDTAP_REQUIRE_CAPTURES !== "1")(`needs ${lacking.join(" and ")}`, () => {
      throw new Error(`expected ${lacking.join(" and ")}`);
    });
    return;
  }

  const behind = "address=/a.example/192.0.2.7\naddress=/a.example/2001:db8::7\ntxt-record=t.example,hello\n";

  async function dig(port: number, ...words: readonly string[]): Promise<string> {
    const { stdout } = await execute("dig", ["@127.0.0.1", "-p", String(port), "+tries=1", ...words]);
    return stdout;
  }

  it("leads vendors' names here, and says nothing that dig would warn of", async () => {
    const { port } = await dnsmasqBehind();
    expect(await dig(port, "+short", vendor)).toBe("192.168.1.10\n");
    for (const words of [
      [vendor, "A"],
      [vendor, "A", "+tcp"],
      [vendor, "AAAA"],
      [vendor, "TYPE65"],
    ]) {
      const text = await dig(port, ...words);
      expect(text).toContain("status: NOERROR");
      expect(text).not.toMatch(/WARNING|malformed|mismatch/i);
    }
    expect(await dig(port, vendor, "AAAA")).toMatch(/AUTHORITY SECTION:\n.*60\s+IN\s+SOA/);
  });

  it("answers all else as dnsmasq does", async () => {
    const { port, other } = await dnsmasqBehind();
    for (const words of [
      ...[["a.example"], ["a.example", "AAAA"], ["t.example", "TXT"], ["t.example", "TXT", "+tcp"]],
      ...[["a.example", "+noedns"], ["elsewhere.example"], ["chaos.example", "-c", "CH", "TXT"]],
    ]) {
      const digest = async (of: number): Promise<string> =>
        (await dig(of, ...words)).replace(/id: \d+|^;; (Query time|SERVER|WHEN|MSG SIZE).*$|COOKIE: .*/gm, "");
      expect((await digest(port)).replaceAll(String(port), "")).toBe(
        (await digest(other)).replaceAll(String(other), ""),
      );
    }
  });

  async function dnsmasqBehind(): Promise<{ readonly port: number; readonly other: number }> {
    const { port: other } = await startDnsmasq(behind);
    const { port } = await setUp({ forward: [`127.0.0.1:${other}`] });
    return { port, other };
  }
});

/** Lets what is under way go on until a condition holds; a test that waits for ever is ended by its time limit. */
async function turnsUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
