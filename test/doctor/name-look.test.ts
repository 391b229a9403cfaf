import { createSocket } from "node:dgram";
import { type Answer, decode, encode } from "dns-packet";
import { describe, expect, it, onTestFinished } from "vitest";
import { lookUpName } from "../../src/doctor/name-look.js";

const limitMs = 2_000;

/** A name server that answers as told; `silent`: never. */
async function serve(
  answers: readonly Answer[] | "silent",
  rcode: "NOERROR" | "NXDOMAIN" | "SERVFAIL" = "NOERROR",
): Promise<string> {
  const socket = createSocket("udp4");
  onTestFinished(() => {
    socket.close();
  });
  socket.on("message", (message, { address, port }) => {
    if (answers === "silent") return;
    const { id, questions = [] } = decode(message);
    const fitting = answers.filter(({ type }) => type === questions[0]?.type);
    const flags = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 }[rcode];
    socket.send(encode({ type: "response", id: id ?? 0, flags, questions, answers: fitting }), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return `127.0.0.1:${socket.address().port}`;
}

describe("a look at a name", () => {
  it("asks the servers that are given, IPv4 first", async () => {
    const server = await serve([
      { type: "AAAA", name: "cloud.example", data: "2001:db8::10" },
      { type: "A", name: "cloud.example", data: "203.0.113.10" },
    ]);
    expect(await lookUpName("cloud.example", [server], limitMs)).toEqual({
      ...{ name: "cloud.example", servers: [server] },
      addresses: ["203.0.113.10", "2001:db8::10"],
    });
  });

  it.each([
    ["NXDOMAIN", "the name is not known there"],
    ["SERVFAIL", "the name server failed"],
    ["NOERROR", "the name has no address there"],
  ] as const)("says of %s: %s", async (rcode, fault) => {
    const server = await serve([], rcode);
    expect(await lookUpName("cloud.example", [server], limitMs)).toMatchObject({ addresses: [], fault });
  });

  it("does not wait for ever", async () => {
    const server = await serve("silent");
    expect(await lookUpName("cloud.example", [server], 100)).toMatchObject({
      ...{ addresses: [], fault: "no answer came in time" },
    });
  });

  it("asks the system where no server is given", async () => {
    expect((await lookUpName("localhost", [], limitMs)).addresses).toContain("127.0.0.1");
    expect(await lookUpName("unknown.invalid", [], limitMs)).toMatchObject({
      ...{ servers: [], addresses: [], fault: expect.stringMatching(/./) },
    });
  });

  it("takes an address for itself", async () => {
    expect((await lookUpName("fd00::1", ["192.0.2.1"], limitMs)).addresses).toEqual(["fd00::1"]);
  });
});
