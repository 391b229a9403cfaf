import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { connect, createServer, isIP, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Ends, PeerCommand, PeerNotice } from "./peer-words.js";

/** A machine's sockets, for a test that runs elsewhere: what it is told on standard input happens in this namespace. */
const sockets = new Map<number, Socket>();
const servers = new Map<number, Server>();
const datagrams = new Map<number, DatagramSocket>();
/** Those that were accepted; the test numbers its own from 1. */
let accepted = 1_000_000;

function say(notice: PeerNotice): void {
  process.stdout.write(`${JSON.stringify(notice)}\n`);
}

function plain(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "");
}

function endsOf(socket: Socket): Ends {
  return {
    localAddress: plain(socket.localAddress),
    localPort: socket.localPort ?? 0,
    remoteAddress: plain(socket.remoteAddress),
    remotePort: socket.remotePort ?? 0,
  };
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

function watch(id: number, socket: Socket): void {
  sockets.set(id, socket);
  socket.on("data", (data: Buffer) => say({ on: "data", id, data: data.toString("base64") }));
  socket.on("end", () => say({ on: "finished", id }));
  socket.on("error", (error) => say({ on: "failed", id, code: codeOf(error) }));
  socket.on("close", () => {
    sockets.delete(id);
    say({ on: "closed", id });
  });
}

function listen(id: number, host: string, port: number): void {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    accepted += 1;
    say({ on: "accepted", id, socket: accepted, ends: endsOf(socket) });
    watch(accepted, socket);
  });
  servers.set(id, server);
  server.on("error", (error) => say({ on: "failed", id, code: codeOf(error) }));
  server.listen({ host, port }, () => say({ on: "bound", id }));
}

function openDatagrams(id: number, host: string, port: number): void {
  const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
  datagrams.set(id, socket);
  socket.on("error", (error) => say({ on: "failed", id, code: codeOf(error) }));
  socket.on("message", (data, from) => {
    say({ on: "datagram", id, data: data.toString("base64"), address: from.address, port: from.port });
  });
  socket.bind({ address: host, port, exclusive: true }, () => say({ on: "bound", id }));
}

function dial({ id, host, port, from }: PeerCommand & { readonly do: "connect" }): void {
  const own = from === undefined ? {} : { localAddress: from };
  const socket = connect({ host, port, ...own, allowHalfOpen: true, noDelay: true });
  watch(id, socket);
  socket.once("connect", () => say({ on: "connected", id, ends: endsOf(socket) }));
}

function obey(command: PeerCommand): void {
  switch (command.do) {
    case "connect":
      dial(command);
      return;
    case "write":
      sockets.get(command.id)?.write(Buffer.from(command.data, "base64"));
      return;
    case "finish":
      sockets.get(command.id)?.end();
      return;
    case "reset":
      sockets.get(command.id)?.resetAndDestroy();
      return;
    case "destroy":
      sockets.get(command.id)?.destroy();
      return;
    case "listen":
      listen(command.id, command.host, command.port);
      return;
    case "unlisten":
      servers.get(command.id)?.close();
      return;
    case "datagrams":
      openDatagrams(command.id, command.host, command.port);
      return;
    case "send":
      datagrams.get(command.id)?.send(Buffer.from(command.data, "base64"), command.port, command.host);
      return;
  }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const command: PeerCommand = JSON.parse(line);
  obey(command);
});
lines.on("close", () => process.exit(0));
say({ on: "ready" });
