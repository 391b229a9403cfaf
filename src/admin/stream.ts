import type { Socket } from "node:net";
import type { CaptureOutput } from "../model/capture.js";

/** Writes to the output, what it writes is not changed afterwards, until the returned function is called. */
export type StreamSource = (output: CaptureOutput) => () => void;

/**
 * Gives a client what the source writes. Resolves once the client has ended its side or is gone; nothing more is asked of
 * the source then. What the client says meanwhile is not heard. `heldBytes`: from here on the client counts as slow.
 */
export function streamTo(socket: Socket, source: StreamSource, heldBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed || socket.readableEnded) {
      resolve();
      return;
    }
    let stop = (): void => undefined;
    let hasEnded = false;
    const end = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      stop();
      resolve();
    };
    socket.once("end", end).once("close", end);
    // Only a socket that is read tells that its other side has ended.
    socket.on("data", () => undefined);
    try {
      stop = source(outputTo(socket, heldBytes));
    } catch (error) {
      reject(error);
    }
  });
}

function outputTo(socket: Socket, heldBytes: number): CaptureOutput {
  let resume = (): void => undefined;
  socket.on("drain", () => resume());
  return {
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
      return socket.writableLength < heldBytes;
    },
    onDrained(callback) {
      resume = callback;
    },
  };
}
