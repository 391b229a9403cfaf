import type { Server } from "node:net";
import { loadSocketOptions } from "../relay/arrival/socket-options.js";

/** What a privileged process does to the sockets that it opens for one with fewer rights. Throws CloudtapError SOCKET_OPTION. */
export async function loadTransparency(): Promise<(server: Server) => void> {
  const sockets = await loadSocketOptions();
  return (server) => sockets.makeTransparent(server);
}
