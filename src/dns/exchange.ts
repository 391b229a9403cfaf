import { createSocket } from "node:dgram";
import { connect, isIP } from "node:net";
import type { ForwardServer } from "./forward-servers.js";
import { frameForStream, StreamSplitter } from "./stream-framing.js";

/** Puts one question to one server. Returns the function that ends it; after that nothing is told any more. */
export type Exchange = (server: ForwardServer, message: Buffer, told: ExchangeEvents) => () => void;

export interface ExchangeEvents {
  /** Something came from the server; whether it is the answer is not looked at here. */
  received(message: Buffer): void;
  /** The server cannot be reached, or is done without more. */
  failed(reason: string): void;
}

const largestMessage = 65_535;

/** From a port of its own, so that nobody can guess where to send false answers; packets of others do not come in. */
export const exchangeOverUdp: Exchange = ({ host, port }, message, told) => {
  const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
  let ended = false;
  const end = (): void => {
    if (!ended) socket.close();
    ended = true;
  };
  const fail = (error: Error): void => {
    if (!ended) told.failed(error.message);
  };
  socket.once("connect", () => socket.send(message, (error) => error !== null && fail(error)));
  socket.on("message", (reply) => {
    if (!ended) told.received(reply);
  });
  socket.on("error", fail);
  socket.connect(port, host);
  return end;
};

/** Over a connection of its own. */
export const exchangeOverTcp: Exchange = ({ host, port }, message, told) => {
  const socket = connect({ host, port });
  const splitter = new StreamSplitter(largestMessage);
  let ended = false;
  let reason = "closed without an answer";
  socket.write(frameForStream(message));
  socket.on("data", (chunk) => {
    for (const reply of splitter.push(chunk)) if (!ended) told.received(reply);
  });
  socket.on("error", (error) => {
    reason = error.message;
  });
  socket.on("end", () => socket.destroy());
  socket.on("close", () => {
    if (!ended) told.failed(reason);
  });
  return () => {
    ended = true;
    socket.destroy();
  };
};
