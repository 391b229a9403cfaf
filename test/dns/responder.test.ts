import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Forwarder } from "../../src/dns/forwarder.js";
import type { Addresses } from "../../src/dns/reply.js";
import { busyLimit, Responder } from "../../src/dns/responder.js";
import { FakeClock } from "../support/fake-clock.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";
import { addressesIn, answerTo, playServer, question, questionOfType, responseCode, said } from "./asking.js";

const device = "192.168.1.50";
const vendor = "reports.enphaseenergy.com";
const here: Addresses = { v4: ["192.168.1.10"], v6: [] };
const nothing = Buffer.alloc(12);

interface SetUp {
  readonly responder: Responder;
  readonly clock: FakeClock;
  readonly logged: LogRecorder;
}

function setUp(ports: readonly number[], find: () => Promise<Addresses> = async () => here): SetUp {
  const clock = new FakeClock();
  const logged = recordLog();
  const servers = (): readonly { host: string; port: number }[] => ports.map((port) => ({ host: "127.0.0.1", port }));
  const responder = new Responder({
    log: logged.log,
    clock,
    names: ["Reports.EnphaseEnergy.com."],
    forwarder: new Forwarder({ clock, servers }),
    mayAsk: (address) => address.startsWith("192.168."),
    findAnswers: find,
  });
  return { responder, clock, logged };
}

describe("a question", () => {
  it("for a vendor's name is answered with this host, and never forwarded", async () => {
    const server = await playServer((asked, reply) => reply(answerTo(asked, ["192.0.2.7"])));
    const { responder } = setUp([server.port]);
    const reply = await responder.respond(question("REPORTS.enphaseenergy.com"), device, "udp");
    expect(addressesIn(reply ?? nothing)).toEqual(["192.168.1.10"]);
    for (const type of [5, 15, 28, 64, 65]) {
      const other = await responder.respond(questionOfType(vendor, type), device, "udp");
      expect(said(other ?? nothing)).toMatchObject({ rcode: "NOERROR", answers: [], authorities: [{ type: "SOA" }] });
    }
    expect(server.questions).toEqual([]);
    expect(responder.counts).toEqual({ answered: 6, forwarded: 0, refused: 0, failed: 0, malformed: 0 });
  });

  it("for a name below or above a vendor's is forwarded", async () => {
    const server = await playServer((asked, reply) => reply(answerTo(asked, ["192.0.2.7"])));
    const { responder } = setUp([server.port]);
    for (const name of [`www.${vendor}`, "enphaseenergy.com"]) {
      const reply = await responder.respond(question(name), device, "udp");
      expect(addressesIn(reply ?? nothing)).toEqual(["192.0.2.7"]);
    }
    expect(responder.counts).toMatchObject({ answered: 0, forwarded: 2 });
    expect(responder.asked).toEqual([]);
  });

  it("for a vendor's name in another class than the internet's is forwarded", async () => {
    const server = await playServer((asked, reply) => reply(answerTo(asked, [])));
    const { responder } = setUp([server.port]);
    const chaos = question(vendor);
    chaos.writeUInt16BE(3, chaos.length - 2);
    await responder.respond(chaos, device, "udp");
    expect(responder.counts).toMatchObject({ answered: 0, forwarded: 1 });
  });

  it("of somebody on the internet is refused, with no more bytes than it had", async () => {
    const { responder } = setUp([]);
    const message = question(vendor);
    const reply = await responder.respond(message, "9.9.9.9", "udp");
    expect(said(reply ?? nothing)).toMatchObject({ rcode: "REFUSED" });
    expect(reply?.length).toBe(message.length);
    expect(responder.counts).toMatchObject({ answered: 0, refused: 1 });
    expect(responder.asked).toEqual([]);
  });

  it("that nobody answers fails, and the log says so once, and once when it is over", async () => {
    const ports: number[] = [];
    const { responder, logged } = setUp(ports);
    for (let round = 0; round < 2; round += 1) {
      const reply = await responder.respond(question("a.example"), device, "udp");
      expect(said(reply ?? nothing)).toMatchObject({ rcode: "SERVFAIL" });
    }
    expect(responder.counts).toMatchObject({ forwarded: 2, failed: 2 });
    expect(logged.lines.filter(({ level }) => level >= 40)).toHaveLength(1);
    const server = await playServer((asked, reply) => reply(answerTo(asked, ["192.0.2.7"])));
    ports.push(server.port);
    await responder.respond(question("a.example"), device, "udp");
    expect(logged.of("name servers answer again")).toHaveLength(1);
  });

  it.each([
    ["a change of a zone", (message: Buffer) => message.writeUInt8(5 << 3, 2)],
    ["a copy of a zone", (message: Buffer) => message.writeUInt16BE(252, message.length - 4)],
  ])("that is %s is not taken", async (_title, change) => {
    const { responder } = setUp([]);
    const message = question("a.example");
    change(message);
    const reply = await responder.respond(message, device, "tcp");
    expect(responseCode(reply ?? nothing)).toBe(4);
  });

  it("that is too large to be answered over UDP is to be asked over TCP", async () => {
    const many = Array.from({ length: 60 }, (_none, index) => `192.0.2.${index}`);
    const server = await playServer((asked, reply) => reply(answerTo(asked, many)));
    const { responder } = setUp([server.port]);
    const cut = await responder.respond(question("a.example"), device, "udp");
    expect(said(cut ?? nothing)).toMatchObject({ flag_tc: true, answers: [] });
    const whole = await responder.respond(question("a.example"), device, "tcp");
    expect(addressesIn(whole ?? nothing)).toEqual(many);
  });

  it("fails where this host has no address to give", async () => {
    const { responder } = setUp([], async () => ({ v4: [], v6: [] }));
    const reply = await responder.respond(question(vendor), device, "udp");
    expect(said(reply ?? nothing)).toMatchObject({ rcode: "SERVFAIL" });
  });

  it("fails where something in here is wrong, and the next one does not", async () => {
    const found = [Promise.reject(new Error("a fault")), Promise.resolve(here)];
    const { responder, logged } = setUp([], () => found.shift() ?? Promise.resolve(here));
    expect(said((await responder.respond(question(vendor), device, "udp")) ?? nothing)).toMatchObject({
      rcode: "SERVFAIL",
    });
    expect(logged.of("internal fault", "error")).toHaveLength(1);
    expect(said((await responder.respond(question(vendor), device, "udp")) ?? nothing)).toMatchObject({
      rcode: "NOERROR",
    });
  });

  it("gets nothing while too many others are being answered", async () => {
    let release: (addresses: Addresses) => void = () => undefined;
    const held = new Promise<Addresses>((resolve) => {
      release = resolve;
    });
    const { responder } = setUp([], () => held);
    const waiting = Array.from({ length: busyLimit }, () => responder.respond(question(vendor), device, "udp"));
    expect(await responder.respond(question(vendor), device, "udp")).toBeUndefined();
    release(here);
    expect(new Set((await Promise.all(waiting)).map((reply) => responseCode(reply ?? nothing)))).toEqual(new Set([0]));
    expect(await responder.respond(question(vendor), device, "udp")).toBeDefined();
  });
});

describe("what is no question", () => {
  it("gets no answer and is counted, whatever the bytes", async () => {
    const { responder } = setUp([]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 11 }), async (bytes) => {
        expect(await responder.respond(Buffer.from(bytes), device, "udp")).toBeUndefined();
      }),
    );
    expect(responder.counts).toMatchObject({ malformed: 100, failed: 0 });
  });

  it("is also one that is larger than questions are", async () => {
    const { responder } = setUp([]);
    const large = Buffer.concat([question(vendor), Buffer.alloc(5_000)]);
    expect(await responder.respond(large, device, "tcp")).toBeUndefined();
    expect(responder.counts.malformed).toBe(1);
  });
});

describe("who asked for a vendor's name", () => {
  it("is logged the first time, and counted", async () => {
    const { responder, clock, logged } = setUp([]);
    await responder.respond(question(vendor), `::ffff:${device}`, "udp");
    await responder.respond(question(vendor, "AAAA"), device, "tcp");
    expect(responder.asked).toEqual([{ address: device, name: vendor, at: clock.now(), times: 2 }]);
    const line = { address: device, name: vendor, answers: ["192.168.1.10"] };
    expect(logged.of("vendor's name was asked for", "info")).toMatchObject([line]);
    expect(logged.of("vendor's name was asked for")).toHaveLength(2);
  });
});
