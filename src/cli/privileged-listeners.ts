import type { Server } from "node:net";
import type { ParentChannel } from "./privileged-channel.js";

/** Opens a port with rights that this process lacks; undefined: it may do so itself. */
export type ParentListeners = (address: {
  readonly host: string | undefined;
  readonly port: number;
}) => Promise<Server | undefined>;

/** Ports that the privileged parent opens. Once it is gone, this process opens what it may. */
export function createParentListeners(channel: ParentChannel): ParentListeners {
  let last = 0;
  return async ({ host, port }) => {
    if (!channel.open) return undefined;
    last += 1;
    const id = last;
    const answer = channel.next((word) => "id" in word && word.id === id);
    await Promise.all([answer, channel.say({ type: "listen", id, host, port })]);
    const { word, server } = await answer;
    if (word.type === "refused") throw Object.assign(new Error(word.message), { code: word.code });
    return word.type === "listening" ? server : undefined;
  };
}
