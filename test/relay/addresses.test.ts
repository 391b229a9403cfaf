import { createSocket, type Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { isOwnAddress, lookUp } from "../../src/relay/addresses.js";

const never = new AbortController().signal;
const servers: Socket[] = [];

/** Answers every A question with 192.0.2.7 and every other with nothing. */
async function nameServer(): Promise<string> {
  const server = createSocket("udp4");
  servers.push(server);
  server.on("message", (question, from) => {
    const type = question.readUInt16BE(question.length - 4);
    const plain = question.subarray(0, questionEnd(question));
    const answer = Buffer.from("c00c0001000100000e100004c0000207", "hex");
    const reply = Buffer.concat([plain, ...(type === 1 ? [answer] : [])]);
    reply.writeUInt16BE(0x8180, 2);
    reply.writeUInt16BE(type === 1 ? 1 : 0, 6);
    reply.writeUInt32BE(0, 8);
    server.send(reply, from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  return `127.0.0.1:${server.address().port}`;
}

function questionEnd(question: Buffer): number {
  return question.indexOf(0, 12) + 5;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("name look-up", () => {
  it("takes an address as it is", async () => {
    expect(await lookUp("192.0.2.1", [], never)).toEqual(["192.0.2.1"]);
    expect(await lookUp("::1", ["192.0.2.53"], never)).toEqual(["::1"]);
  });

  it("asks the system, IPv4 first", async () => {
    const found = await lookUp("localhost", [], never);
    expect(found[0]).toBe("127.0.0.1");
  });

  it("asks the configured name servers in place of the system", async () => {
    expect(await lookUp("localhost.cloud.test", [await nameServer()], never)).toEqual(["192.0.2.7"]);
  });

  it("fails where no name server answers, and gives up when told to", async () => {
    const giveUp = new AbortController();
    const silent = createSocket("udp4");
    servers.push(silent);
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    silent.once("message", () => giveUp.abort());
    const asking = lookUp("cloud.test", [`127.0.0.1:${silent.address().port}`], giveUp.signal);
    await expect(asking).rejects.toMatchObject({ code: "ECANCELLED" });
  });
});

describe("own addresses", () => {
  it.each(["127.0.0.1", "127.8.9.10", "0.0.0.0", "::", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"])(
    "%s reaches this machine",
    (address) => {
      expect(isOwnAddress(address)).toBe(true);
    },
  );

  it("includes every interface", () => {
    const addresses = Object.values(networkInterfaces()).flatMap((entries) =>
      (entries ?? []).map((one) => one.address),
    );
    expect(addresses.filter((address) => !isOwnAddress(address))).toEqual([]);
  });

  it.each(["198.51.100.7", "2001:db8::7"])("%s does not", (address) => {
    expect(isOwnAddress(address)).toBe(false);
  });
});
