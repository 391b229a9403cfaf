import { createServer, type Server, Socket } from "node:net";
import { Aedes, type AedesOptions } from "aedes";
import { connect } from "mqtt";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { LinkFailure } from "../../../src/sinks/mqtt/failures.js";
import { type Link, openLink } from "../../../src/sinks/mqtt/link.js";

interface Opened {
  readonly link: Link;
  readonly closed: Promise<LinkFailure>;
}

describe("one connection to a broker", () => {
  const servers: { readonly server: Server; readonly aedes: Aedes | undefined }[] = [];

  afterEach(async () => {
    for (const { server, aedes } of servers.splice(0)) {
      if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function listen(onSocket: (socket: Socket) => void, aedes?: Aedes): Promise<number> {
    const server = createServer(onSocket);
    servers.push({ server, aedes });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async function startBroker(options: AedesOptions): Promise<number> {
    const aedes = await Aedes.createBroker(options);
    return listen((socket) => aedes.handle(socket), aedes);
  }

  function open(port: number, clientId = "test"): Promise<Opened> & { readonly closed: Promise<LinkFailure> } {
    let tellClosed: (failure: LinkFailure) => void = () => undefined;
    const closed = new Promise<LinkFailure>((resolve) => {
      tellClosed = resolve;
    });
    const opened = new Promise<Opened>((resolve) => {
      openLink((options) => connect(options), { protocol: "mqtt", host: "127.0.0.1", port, clientId }, "5", {
        opened: (link) => resolve({ link, closed }),
        message: () => undefined,
        closed: (failure) => tellClosed(failure),
      });
    });
    return Object.assign(opened, { closed });
  }

  const publish = (link: Link, payload = "x") =>
    new Promise<Error | undefined>((resolve) => link.publish({ topic: "t", payload, retain: false }, resolve));

  it("sends small messages at once: no waiting for more to fill a packet", async () => {
    const setNoDelay = vi.spyOn(Socket.prototype, "setNoDelay");
    const { link } = await open(await startBroker({}));
    expect(setNoDelay).toHaveBeenCalledWith(true);
    setNoDelay.mockRestore();
    link.end();
  });

  it("keeps to the number of open messages that the broker allows", async () => {
    let open_ = 0;
    let most = 0;
    const port = await startBroker({
      receiveMaximum: 3,
      authorizePublish: (_client, _packet, callback) => {
        open_ += 1;
        most = Math.max(most, open_);
        setImmediate(() => {
          open_ -= 1;
          callback(null);
        });
      },
    });
    const { link } = await open(port);
    expect(await Promise.all(Array.from({ length: 20 }, () => publish(link)))).toEqual(Array(20).fill(undefined));
    expect(most).toBeLessThanOrEqual(3);
    link.end();
  });

  it("refuses what is too large for the broker instead of losing the connection over it", async () => {
    const { link } = await open(await startBroker({ maximumPacketSize: 1000 }));
    expect(await publish(link, "é".repeat(600))).toMatchObject({ code: 149 });
    expect(await publish(link, "e".repeat(600))).toBeUndefined();
    link.end();
  });

  it("answers every publication when it is lost, after it said so", async () => {
    const sockets: Socket[] = [];
    const aedes = await Aedes.createBroker({ authorizePublish: () => sockets[0]?.destroy() });
    const port = await listen((socket) => {
      sockets.push(socket);
      aedes.handle(socket);
    }, aedes);
    const { link, closed } = await open(port);
    const order: string[] = [];
    const tellClosed = closed.then(() => order.push("closed"));
    const answers = [1, 2, 3].map(() => publish(link).then((error) => order.push(error?.message ?? "sent")));
    await Promise.all([tellClosed, ...answers]);
    expect(order).toEqual(["closed", "connection lost", "connection lost", "connection lost"]);
    expect(await publish(link)).toMatchObject({ message: "connection lost" });
    await expect(link.subscribe(["a"])).rejects.toThrow();
  });

  it("says why it never opened", async () => {
    const hangUp = await listen((socket) => socket.once("data", () => socket.destroy()));
    expect(await open(hangUp).closed).toMatchObject({ opened: false });
    const old = await listen((socket) => socket.once("data", () => socket.end(Buffer.of(0x20, 2, 0, 1))));
    expect(await open(old).closed).toMatchObject({ opened: false, code: 1 });
    const garbage = await listen((socket) => socket.once("data", () => socket.write("SSH-2.0-OpenSSH\r\n")));
    expect(await open(garbage).closed).toMatchObject({ opened: false });
    const strict = await startBroker({ authenticate: (_client, _name, _password, done) => done(null, false) });
    expect(await open(strict).closed).toMatchObject({ opened: false, code: 135 });
  });

  it("says that another client took its place", async () => {
    const port = await startBroker({});
    const first = await open(port, "same");
    const second = await open(port, "same");
    expect(await first.closed).toMatchObject({ opened: true, code: 142 });
    second.link.end();
  });
});
