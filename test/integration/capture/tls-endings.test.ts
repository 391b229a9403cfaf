import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithTshark, faultsOf } from "../../support/tshark.js";
import { makeKeyPair } from "../key-pair.js";
import { Program, temporaryFolder } from "../program.js";
import { capturesIn, endingOf, legsOf, onlyFile, type RecordedLegShown, streamsOf } from "./recorded.js";

const request = Buffer.from("GET /from-the-device HTTP/1.1\r\nHost: localhost\r\n\r\n");
const answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

/** A connection of TLS and what lies below it. */
interface Secured {
  readonly tls: TLSSocket;
  readonly tcp: Socket;
}

describeWithTshark("a capture of TLS", () => {
  const folder = temporaryFolder();
  const accepted: Secured[] = [];
  let server: Server;
  let program: Program;
  let file: string;
  let legs: readonly RecordedLegShown[];

  beforeAll(async () => {
    const pair = makeKeyPair(folder.path, "vendor");
    server = createServer({ allowHalfOpen: true }, (tcp) => {
      const tls = new TLSSocket(tcp, { isServer: true, ...pair });
      tls.on("error", () => tcp.destroy());
      tls.on("data", () => tls.write(answer));
      tls.on("end", () => tls.end());
      accepted.push({ tls, tcp });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP port");
    const relay = { protocol: "envoy", upstream: `127.0.0.1:${address.port}`, upstream_tls: "insecure" };
    program = await Program.start({
      folder: folder.path,
      relays: [
        ...["closes", "device-resets", "cloud-resets"].map((name) => ({ ...relay, name })),
        { ...relay, name: "spliced", tls: "splice" },
      ],
      extra: { capture: { mode: "always" } },
    });
    (await ask("closes")).tls.end();
    await closed(1);
    (await ask("device-resets")).tcp.resetAndDestroy();
    await closed(2);
    await ask("cloud-resets");
    accepted.at(-1)?.tcp.resetAndDestroy();
    await closed(3);
    (await ask("spliced")).tls.end();
    await closed(4);
    expect(await program.end()).toBe(0);
    file = onlyFile(capturesIn(folder.path));
    legs = await legsOf(file);
  }, 120_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    for (const { tcp } of accepted) tcp.destroy();
    await new Promise((resolve) => server.close(resolve));
    folder.remove();
  });

  const closed = (count: number): Promise<unknown> => program.waitForLogs("session closed", count);

  /** A device that has its answer. */
  async function ask(relay: string): Promise<Secured> {
    const tcp = connect({ port: program.port(relay), host: "127.0.0.1" });
    await once(tcp, "connect");
    const tls = connectTls({ socket: tcp, rejectUnauthorized: false });
    tls.on("error", () => tcp.destroy());
    tls.write(request);
    await once(tls, "data");
    return { tls, tcp };
  }

  function legsAt(relay: string): readonly RecordedLegShown[] {
    const found = legs.filter(({ note }) => note.relay === relay);
    expect(found.map(({ link }) => link)).toEqual(["device leg", "cloud leg"]);
    return found;
  }

  it("opens in Wireshark without a word", async () => {
    expect(await faultsOf(file)).toEqual([]);
  });

  it.each([
    { relay: "closes", shown: ["client FIN", "server FIN"] },
    { relay: "device-resets", shown: ["client RST"] },
    { relay: "cloud-resets", shown: ["server RST"] },
  ])("$relay: what was said is in the clear, and its end as it happened", async ({ relay, shown }) => {
    for (const leg of legsAt(relay)) {
      expect(leg.note.security).toBe("tls");
      expect(endingOf(leg)).toEqual(shown);
      const { fromClient, fromServer } = await streamsOf(leg);
      expect([fromClient, fromServer]).toEqual([request, answer]);
    }
  });

  it("shows what is passed through unread as TLS, on its true port", async () => {
    for (const leg of legsAt("spliced")) {
      expect(leg.note).toMatchObject({ security: "splice" });
      expect(leg.note.port).toBeUndefined();
      expect(leg.packets.some(({ protocol }) => /^TLS/.test(protocol))).toBe(true);
      const { fromClient, fromServer } = await streamsOf(leg);
      expect([fromClient.includes(request), fromServer.includes(answer)]).toEqual([false, false]);
      expect(fromClient[0]).toBe(0x16);
    }
  });
});
